import { algorithmsRows } from './corpus/algorithms.ts';
import { audienceRows } from './corpus/audience.ts';
import { goodRows } from './corpus/good.ts';
import { headersRows } from './corpus/headers.ts';
import { issuerRows } from './corpus/issuer.ts';
import { keyChoiceRows } from './corpus/key-choice.ts';
import { nearlyJwtRows } from './corpus/nearly-jwt.ts';
import { otherClaimsRows } from './corpus/other-claims.ts';
import { type Row, toolsAt } from './corpus/row.ts';
import { signatureRows } from './corpus/signature.ts';
import { subjectRows } from './corpus/subject.ts';
import { timesRows } from './corpus/times.ts';

export { goodClaims, type Row, type RowSettings, USUAL_KEYS, USUAL_SETTINGS } from './corpus/row.ts';

/** The tokens, one a row, at a time in seconds. */
export function corpus(now: number): Row[] {
  const tools = toolsAt(now);
  return [
    ...goodRows(),
    ...timesRows(tools),
    ...issuerRows(tools),
    ...audienceRows(tools),
    ...subjectRows(tools),
    ...otherClaimsRows(tools),
    ...algorithmsRows(tools),
    ...keyChoiceRows(),
    ...headersRows(tools),
    ...signatureRows(tools),
    ...nearlyJwtRows(tools),
  ];
}
