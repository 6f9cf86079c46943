import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAILURES } from '../../schemas/failure.ts';
import { FINDING_CODES } from '../../schemas/finding-codes.ts';

const DOCS = join(import.meta.dirname, '../../docs');
const MADE_BY = 'Made by `node test/schemas/code-pages.ts`; a test fails when it is behind.';

/** The generated pages of codes: where each lies, and what it says. */
export const CODE_PAGES = [
  { file: join(DOCS, 'findings.generated.md'), text: findingsPage() },
  { file: join(DOCS, 'errors.generated.md'), text: errorsPage() },
] as const;

function findingsPage(): string {
  const rows = Object.entries(FINDING_CODES).map(
    ([code, { severity, meaning }]) => `| \`${code}\` | ${severity} | ${cell(meaning)} |`,
  );
  return page(
    'Findings',
    'What is wrong with content, or worth knowing of it. Findings stand in reports and in `--json`; the work goes on. Table: `schemas/finding-codes.ts`.',
    ['| code | severity | meaning |', '|---|---|---|', ...rows],
  );
}

function errorsPage(): string {
  const rows = Object.entries(FAILURES).map(([code, row]) => {
    const most = 'mostTimes' in row ? `yes, ${row.mostTimes} times in a row` : 'yes';
    return `| \`${code}\` | ${cell(row.meaning)} | ${cell(row.fix)} | ${row.retry ? most : 'no'} | ${row.exitCode} |`;
  });
  return page(
    'Errors',
    'What could not be found out, and what to do about it. Each is a failed activity in Temporal and an exit code of the command line. Table: `schemas/failure.ts`.',
    ['| code | meaning | how to fix | tried again | exit code |', '|---|---|---|---|---|', ...rows],
  );
}

function page(title: string, about: string, table: string[]): string {
  return `${[`# ${title}`, '', about, '', MADE_BY, '', ...table].join('\n')}\n`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

if (process.argv[1]?.endsWith('code-pages.ts'))
  for (const { file, text } of CODE_PAGES) writeFileSync(file, text);
