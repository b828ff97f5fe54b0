/** `20 s`, `0.5 s`. */
export function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`;
}

/** `512 KiB`, `32 MiB`. */
export function size(bytes: number): string {
  const kib = Math.round(bytes / 1024);
  return kib < 1024 ? `${kib} KiB` : `${Math.round(kib / 1024)} MiB`;
}
