import { findTools } from './find-tool.mjs';
import { installDebian } from './install/debian.mjs';
import { installGo } from './install/go.mjs';
import { installNative, missingBuildPackages } from './install/native.mjs';
import { installPostgres } from './install/postgres.mjs';
import { findPython, installPython, PYTHON_PACKAGES } from './install/python.mjs';
import { toolsFor } from './tool-table.mjs';
import { missingFiles } from './tools-file.mjs';

/**
 * What has to be installed for a purpose, as jobs that can run beside each other: `{ title, work(doing) }`. Only the
 * Python environment and what is built from C may have to wait, for what the Debian job brings.
 */
export async function planInstallation(purpose, cache) {
  const found = await findTools(toolsFor(purpose), cache);
  const missing = toolsFor(purpose).filter((tool) => !found.get(tool.name).ok);
  const kinds = new Set(missing.map((tool) => tool.from.kind));
  const pythonIsMissing = kinds.has('python') && (await findPython()).python === null;
  const forBuilding = kinds.has('native') ? await missingBuildPackages() : [];
  const packages = missingPackages(missing, purpose, [
    ...(pythonIsMissing ? PYTHON_PACKAGES : []),
    ...forBuilding,
  ]);
  let debianDone = Promise.resolve();
  const jobs = [];
  if (packages.length > 0) {
    const work = (doing) => {
      debianDone = installDebian(packages, doing);
      return debianDone;
    };
    jobs.push({ title: `Debian packages ${packages.join(' ')}`, work });
  }
  if (kinds.has('python')) {
    const work = async (doing) => {
      if (pythonIsMissing) await debianDone;
      return installPython(cache, doing);
    };
    jobs.push({ title: 'OpenImageIO, OpenColorIO and more from PyPI', work });
  }
  for (const tool of missing.filter((each) => each.from.kind === 'go')) {
    const title = `${tool.why}: building ${tool.name} ${tool.from.version} with Go`;
    jobs.push({ title, work: (doing) => installGo(cache, tool, doing) });
  }
  for (const tool of missing.filter((each) => each.from.kind === 'native')) {
    const work = async (doing) => {
      if (forBuilding.length > 0) await debianDone;
      return installNative(cache, tool.name, doing);
    };
    jobs.push({ title: `${tool.why}: building ${tool.name} with the C compiler`, work });
  }
  if (kinds.has('postgres')) {
    jobs.push({ title: 'PostgreSQL', work: async (doing) => installPostgres(cache, doing) });
  }
  return jobs;
}

function missingPackages(missing, purpose, others) {
  const ofTools = missing.filter((tool) => tool.from.kind === 'debian').map((tool) => tool.from.package);
  const ofFiles = missingFiles(purpose).map((each) => each.package);
  return [...new Set([...ofTools, ...ofFiles, ...others])].sort();
}
