/** Takes a program's output in chunks and hands it on line by line; an unfinished last line is not handed on. */
export function lineReader(take: (line: string) => void): (chunk: Buffer) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk.toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  };
}
