import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Each file of tests is a process of its own, and most of them load the same: types are stripped and code is compiled once for all.
enableCompileCache(join(import.meta.dirname, '../../build/compiled'));
