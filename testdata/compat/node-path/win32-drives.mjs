// A relative path never becomes one of a drive.
import path from "node:path";
for (const p of ["C:\\a", "a\\C:\\b", ".\\C:\\a", "a/../C:/b", "x:", "./x:y", "a:b", "..\\C:", "C:a", "b.\\C:\\a\\b", "\\C:\\a", "a/b/../C:", "a:/../b:/c", "1:/a", "a/b:c:/d"]) {
  console.log(p, path.win32.normalize(p), path.win32.join("q", p), path.win32.join(p), path.win32.join(p, "..", ".."));
}
