import { tmpdir } from 'node:os';
import { FAILURES, PipelineError } from '../schemas/failure.ts';
import { type Configuration, loadConfiguration } from '../service/configuration.ts';
import { localStackDocument, readToolPaths } from '../service/local-installation.ts';
import { UsageAsked } from './arguments.ts';
import type { Command, CommandContext, Output } from './context.ts';

/** Every command there is: a sentence for people and where it lives, loaded when called. */
const COMMANDS: Record<string, { what: string; load: () => Promise<Command> }> = {
  up: {
    what: 'start the local stack: Temporal with its UI, S3, PostgreSQL, workers',
    load: async () => (await import('./up.ts')).up,
  },
  down: { what: 'stop the local stack', load: async () => (await import('./up.ts')).down },
  doctor: {
    what: 'tell which tools are here, which are missing and how to get them',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  demo: {
    what: 'make sample cards, ingest them, turn over a cut list, show the plates',
    load: async () => (await import('./demo.ts')).demo,
  },
  ingest: { what: 'take one card in', load: async () => (await import('./ingest.ts')).ingest },
  rolls: {
    what: 'list rolls and what a shoot day misses',
    load: async () => (await import('./rolls.ts')).rolls,
  },
  roll: { what: 'roll get ID DIR: fetch a stored roll', load: async () => (await import('./roll.ts')).roll },
  transfer: {
    what: 'send a stored roll to another site',
    load: async () => (await import('./transfer.ts')).transfer,
  },
  catalogue: {
    what: 'catalogue rebuild: fill it again from the object store',
    load: async () => (await import('./catalogue.ts')).catalogue,
  },
  clips: { what: 'find clips', load: async () => (await import('./clips.ts')).clips },
  clip: { what: 'show one clip', load: async () => (await import('./clips.ts')).clip },
  formats: {
    what: 'camera formats, what they lack; set one',
    load: async () => (await import('./formats.ts')).formats,
  },
  inspect: {
    what: 'read camera files: raw facts and the normalized record',
    load: async () => {
      const { inspectCommand } = await import('./inspect.ts');
      return (args, context) =>
        inspectCommand(args, context.io, {
          tools: context.tools(),
          scratch: tmpdir(),
          signal: context.signal,
        });
    },
  },
  mhl: {
    what: 'create, verify, diff, info, flatten ASC MHL histories',
    load: async () => {
      const { mhlCommand } = await import('./mhl.ts');
      return (args, context) => mhlCommand(args, context.io);
    },
  },
  cutlist: {
    what: 'show or lint a cut list',
    load: async () => {
      const { cutlistCommand } = await import('./cutlist.ts');
      return (args, context) => cutlistCommand(args, context.io, { tools: context.tools });
    },
  },
  fdl: {
    what: 'validate an FDL, or apply one of its canvas templates',
    load: async () => {
      const { fdlCommand } = await import('./fdl.ts');
      return (args, context) => fdlCommand(args, context.io);
    },
  },
  amf: {
    what: 'the colour pipeline of an AMF: what is applied, what remains, as a CTF',
    load: async () => {
      const { amfCommand } = await import('./amf.ts');
      return (args, context) => amfCommand(args, context.io, { tools: context.tools });
    },
  },
  recipes: {
    what: 'list the recipes, show one, check a file of your own',
    load: async () => (await import('./recipes.ts')).recipes,
  },
  turnover: {
    what: 'plan, submit, status, decide, retry, cancel',
    load: async () => (await import('./turnover.ts')).turnover,
  },
  trim: {
    what: 'a finishing pull: originals cut to the ranges of a cut list, nothing decoded',
    load: async () => (await import('./trim.ts')).trim,
  },
  package: {
    what: 'export a package, or verify one as a vendor does',
    load: async () => (await import('./package.ts')).packageCommand,
  },
  schedule: {
    what: 'create, list, pause, delete windows',
    load: async () => (await import('./schedule.ts')).schedule,
  },
  render: {
    what: 'render one segment job here',
    load: async () => {
      const { renderCommand } = await import('./render.ts');
      return (args, context) =>
        renderCommand(args, context.io, {
          tools: context.tools(),
          ...siteOf(context),
          signal: context.signal,
        });
    },
  },
  bundle: {
    what: "one plate's sources, job, colour, AMF and FDL for a workstation",
    load: async () => (await import('./bundle.ts')).bundle,
  },
  engines: {
    what: 'what the engines can read and write here',
    load: async () => {
      const { enginesCommand } = await import('./engines.ts');
      return (args, context) =>
        enginesCommand(args, context.io, { tools: context.tools(), ...siteOf(context) });
    },
  },
  validate: {
    what: 'compare the frames of two engines, versions or workstations',
    load: async () => {
      const { validateCommand } = await import('./validate.ts');
      return (args, context) =>
        validateCommand(args, context.io, {
          tools: context.tools(),
          ...siteOf(context),
          signal: context.signal,
          configuration: context.configuration,
          who: context.env.USER ?? 'unknown',
        });
    },
  },
  production: {
    what: 'what a production asks of engines: a passed gate, thresholds, preferences',
    load: async () => (await import('./production.ts')).production,
  },
  serve: {
    what: 'serve HTTP: the same operations under /api, and the web page',
    load: async () => (await import('./serve.ts')).serve,
  },
  worker: { what: 'serve task queues of a site', load: async () => (await import('./worker.ts')).worker },
};

/** Runs one command line and answers with its exit code. */
export async function main(argv: string[], env: NodeJS.ProcessEnv, io: Output): Promise<number> {
  // `rushes help clips` and `rushes clips --help` are the same question.
  const [name, ...args] = argv[0] === 'help' && argv[1] !== undefined ? [argv[1], '--help'] : argv;
  if (name === '--version' || name === 'version') {
    io.stdout(`${await version()}\n`);
    return 0;
  }
  if (name === 'help' || name === '--help' || name === '-h') {
    io.stdout(usage());
    return 0;
  }
  if (name === undefined) {
    io.stderr(usage());
    return 2;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    io.stderr(`rushes: there is no command «${name}».\n${usage()}`);
    return 2;
  }
  try {
    const run = await command.load();
    return await run(args, contextOf(env, io));
  } catch (error) {
    if (error instanceof UsageAsked) {
      io.stdout(`${command.what}\n\n${error.usage}\n`);
      return 0;
    }
    return report(error, args.includes('--json'), io);
  }
}

/** Local commands need no configuration; where one is named, makers' engines are where it says. */
function siteOf(context: CommandContext): { site?: Configuration } {
  return context.env.RUSHES_CONFIG ? { site: context.configuration() } : {};
}

function contextOf(env: NodeJS.ProcessEnv, io: Output): CommandContext {
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => abort.abort(new Error(`stopped by ${signal}`)));
  return {
    io,
    env,
    signal: abort.signal,
    tools: () => readToolPaths(),
    configuration: () => loadConfiguration(env, localStackDocument),
  };
}

function report(error: unknown, json: boolean, io: Output): number {
  if (!(error instanceof PipelineError)) throw error;
  io.stderr(`rushes: ${error.message}\n        ${FAILURES[error.code].fix}\n`);
  if (json)
    io.stdout(
      `${JSON.stringify({ version: 1, kind: 'failure', code: error.code, message: error.message, facts: error.facts }, null, 2)}\n`,
    );
  return error.exitCode;
}

function usage(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const rows = Object.entries(COMMANDS).map(([name, { what }]) => `  rushes ${name.padEnd(width)}  ${what}`);
  return `${rows.join('\n')}\n`;
}

async function version(): Promise<string> {
  const { default: manifest } = await import('../package.json', { with: { type: 'json' } });
  return `rushes ${manifest.version} on Node ${process.versions.node}`;
}

if (import.meta.main) {
  const write = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(text);
  const io = { stdout: write(process.stdout), stderr: write(process.stderr) };
  const code = await main(process.argv.slice(2), process.env, io);
  process.exitCode = code;
  // A client library may keep a socket open; the command is over when its output is flushed.
  process.stdout.write('', () => process.exit(code));
}
