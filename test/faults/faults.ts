import type { Fault } from '../world/aiven.ts';

/** A fault of the matrix. */
export interface FaultRow {
  readonly name: string;
  /** `refused` stands for a connection that is refused. */
  readonly fault: Fault | 'refused';
  /** Whether it may pass when asked again. */
  readonly passes: boolean;
  /** Whether the operation is carried out all the same. */
  readonly works: boolean;
}

const status = (code: number, passes: boolean, headers: Record<string, string> = {}): FaultRow => ({
  name: [`status ${code}`, ...Object.values(headers)].join(', '),
  fault: { kind: 'status', status: code, headers },
  passes,
  works: false,
});

/** @param elsewhere where a redirect leads */
export function faultRows(elsewhere: string): FaultRow[] {
  const soon = new Date(Date.now() + 3_000).toUTCString();
  return [
    { name: 'refused', fault: 'refused', passes: true, works: false },
    { name: 'reset before the work', fault: { kind: 'reset', after: 'request' }, passes: true, works: false },
    { name: 'reset after the work', fault: { kind: 'reset', after: 'work' }, passes: true, works: true },
    { name: 'hang before the work', fault: { kind: 'hang', after: 'request' }, passes: true, works: false },
    { name: 'hang after the work', fault: { kind: 'hang', after: 'work' }, passes: true, works: true },
    { name: 'cut body', fault: { kind: 'cut' }, passes: true, works: true },
    { name: 'slow drip', fault: { kind: 'drip', bytesPerSecond: 20 }, passes: true, works: true },
    {
      name: 'HTML, status 200',
      fault: { kind: 'html', status: 200, after: 'work' },
      passes: true,
      works: true,
    },
    { name: 'HTML, status 502', fault: { kind: 'html', status: 502 }, passes: true, works: false },
    {
      name: 'empty, status 200',
      fault: { kind: 'empty', status: 200, after: 'work' },
      passes: true,
      works: true,
    },
    { name: 'empty, status 204', fault: { kind: 'empty', status: 204 }, passes: true, works: false },
    { name: 'empty, status 503', fault: { kind: 'empty', status: 503 }, passes: true, works: false },
    { name: 'wrong shape: {}', fault: { kind: 'shape', body: {} }, passes: false, works: true },
    { name: 'wrong shape: a list', fault: { kind: 'shape', body: [] }, passes: false, works: true },
    { name: 'wrong shape: null', fault: { kind: 'shape', body: null }, passes: false, works: true },
    { name: '20 MB', fault: { kind: 'huge', bytes: 20_000_000 }, passes: false, works: false },
    { name: 'redirect', fault: { kind: 'redirect', to: elsewhere }, passes: false, works: false },
    {
      name: 'redirect 307',
      fault: { kind: 'redirect', to: elsewhere, status: 307 },
      passes: false,
      works: false,
    },
    status(400, false),
    status(401, false),
    status(403, false),
    {
      name: 'status 403, not a project member',
      fault: { kind: 'status', status: 403, body: { message: 'Not a project member', errors: [] } },
      passes: true,
      works: false,
    },
    status(404, false),
    status(408, true),
    status(409, false),
    status(410, false),
    status(429, true),
    status(429, true, { 'retry-after': '2' }),
    status(429, true, { 'retry-after': soon }),
    status(500, true),
    {
      name: 'status 500 after the work',
      fault: { kind: 'status', status: 500, after: 'work' },
      passes: true,
      works: true,
    },
    status(501, false),
    status(502, true),
    status(503, true),
    status(503, true, { 'retry-after': '3600' }),
    status(504, true),
    {
      name: 'status 504 after the work',
      fault: { kind: 'status', status: 504, after: 'work' },
      passes: true,
      works: true,
    },
    status(520, false),
  ];
}
