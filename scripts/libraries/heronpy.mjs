// Gets heronpy, Heron's API for topologies in Python, and the pex tool from PyPI, without root, and prints the folder:
// in it `site`, for PYTHONPATH, holds both, and `wheels` the packages that a pex is built from, pex's own pip among them.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fetchedFolder } from "../lib/fetched-folder.mjs";
import { pip, python } from "../lib/python.mjs";

/** heronpy imports pkg_resources without asking for it; later setuptools have none. */
const packages = ["heronpy==0.20.5", "setuptools==80.9.0"];
const pex = "pex==2.105.2";
/** The pip that pex is told to work with, and what that asks for: the one that it brings along ends at Python 3.11. */
const pexsPip = ["pip==24.1", "setuptools==70.1.0", "wheel==0.43.0"];

const version = [...packages, pex, pexsPip[0]].join("-").replaceAll("==", "-");
console.log(
  fetchedFolder({ name: "heronpy", version, from: "PyPI" }, (work, made) => {
    const [wheels, site] = [join(made, "wheels"), join(made, "site")];
    pip(work, ["wheel", "--quiet", "--wheel-dir", wheels, ...packages]);
    const files = readdirSync(wheels).map((file) => join(wheels, file));
    pip(
      work,
      ["install", "--quiet", "--target", site, ...files, pex],
      ["wheel", "--quiet", "--no-deps", "--wheel-dir", wheels, ...pexsPip],
    );
    python("python3", ["-S", "-c", "import heronpy.api.topology"], {
      PYTHONPATH: site,
      HERON_OPTIONS: `cmdline.topologydefn.tmpdirectory=${work}`,
    });
  }),
);
