// Gets heronpy, Heron's API for topologies in Python, and the pex tool from PyPI, without root, and prints the folder:
// in it `site`, for PYTHONPATH, holds both, and `wheels` the packages that a pex is built from.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fetchedFolder } from "../lib/fetched-folder.mjs";
import { pip, python } from "../lib/python.mjs";

/** heronpy imports pkg_resources without asking for it; later setuptools have none. */
const packages = ["heronpy==0.20.5", "setuptools==80.9.0"];
const pex = "pex==2.105.2";

const version = [...packages, pex].join("-").replaceAll("==", "-");
console.log(
  fetchedFolder({ name: "heronpy", version, from: "PyPI" }, (work, made) => {
    const [wheels, site] = [join(made, "wheels"), join(made, "site")];
    pip(work, ["wheel", "--quiet", "--wheel-dir", wheels, ...packages]);
    const files = readdirSync(wheels).map((file) => join(wheels, file));
    pip(work, ["install", "--quiet", "--target", site, ...files, pex]);
    python("python3", ["-S", "-c", "import heronpy.api.topology"], {
      PYTHONPATH: site,
      HERON_OPTIONS: `cmdline.topologydefn.tmpdirectory=${work}`,
    });
  }),
);
