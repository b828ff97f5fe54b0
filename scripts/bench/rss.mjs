/** Loaded before a program (`node --import`): writes the most memory that it had resident, in KiB, to `BENCH_RSS_FILE`. */
import { writeFileSync } from 'node:fs';

process.once('exit', () => writeFileSync(process.env.BENCH_RSS_FILE, String(process.resourceUsage().maxRSS)));
