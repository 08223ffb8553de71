/**
 * What `npm start` ends with.
 *
 * @param outputs the outputs of the stack `local`, with what its documents have made: `{topologies: {<name>: {jobKey, containers, parallelism: {<component>:
 *   n}, resources: {cpu, ramMb, diskMb}, package: {uri, sha256}, jobPage}}, core: {uri, sha256}, scheduler}`; resources
 *   are a container's, container 0 is among the containers
 * @param {{pid: number, logFile: string}} sandbox the one that is left running
 */
export function renderSummary({ topologies, core, scheduler }, sandbox) {
  return [
    "",
    ...Object.entries(topologies).flatMap(([name, topology]) => [...renderTopology(name, topology), ""]),
    "Core package",
    ...renderPackage(core),
    "",
    `Scheduler       ${scheduler}`,
    "",
    "What to try next",
    "  edit stacks/topologies/wordcount.yaml (parallelism, say) and run `npm start` again",
    "  npm run plan -- local    what a deployment would make, as a table",
    "  npm run down             removes the topologies and stops the sandbox",
    "",
    "Left running",
    `  the sandbox Aurora, process ${sandbox.pid} (log: ${sandbox.logFile}), with the topologies above as its children`,
    "  `npm run down` stops it",
    "",
  ].join("\n");
}

function renderTopology(name, topology) {
  return [
    `Topology ${name} is RUNNING`,
    `  job key       ${topology.jobKey}`,
    `  containers    ${renderContainers(topology)}`,
    `  instances     ${renderParallelism(topology)}`,
    ...renderPackage(topology.package),
    `  job page      ${topology.jobPage}`,
  ];
}

function renderContainers({ containers, resources }) {
  const { cpu, ramMb, diskMb } = resources;
  const size = `${cpu} cpu, ${ramMb} MiB of memory and ${diskMb} MiB of disk`;
  return `${containers} with the TManager's, each with ${size}`;
}

function renderParallelism({ parallelism }) {
  return Object.entries(parallelism)
    .map(([component, count]) => `${component} ×${count}`)
    .join(", ");
}

function renderPackage({ uri, sha256 }) {
  return [`  package       ${uri}`, `  sha256        ${sha256}`];
}
