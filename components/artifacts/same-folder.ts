/** Whether two paths are one folder's: slashes that mean nothing are passed over, a symlink is not looked through. */
export function isSameFolder(one: string, other: string): boolean {
  return plain(one) === plain(other);
}

function plain(path: string): string {
  return path.replace(/\/+/g, "/").replace(/(?<=.)\/$/, "");
}
