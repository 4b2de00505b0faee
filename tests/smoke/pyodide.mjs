// The wheel in Pyodide, the Python that runs in browsers: node pyodide.mjs FOLDER-OF-NPM WHEEL SMOKE.PY
// Its NumPy is fetched from where Pyodide keeps its packages; where that cannot be reached, it says so and ends well.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [modules, wheel, smoke] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${modules}/pyodide/pyodide.mjs`));
const pyodide = await loadPyodide();
try {
  await pyodide.loadPackage("numpy", { messageCallback: () => {}, errorCallback: () => {} });
  pyodide.runPython("import numpy");
} catch (error) {
  console.log(`Skipped in Pyodide ${pyodide.version}: its NumPy cannot be had here.`);
  process.exit(0);
}
pyodide.FS.mkdir("/wheel");
pyodide.unpackArchive(readFileSync(wheel), "wheel", { extractDir: "/wheel" });
pyodide.runPython("import sys; sys.path.insert(0, '/wheel')");
pyodide.runPython(readFileSync(smoke, "utf8"), { filename: "smoke.py" });
