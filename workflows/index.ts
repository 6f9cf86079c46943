export { ingestRoll } from './ingest-roll.ts';
export { makePlate } from './make-plate.ts';
export { makeTurnover } from './make-turnover.ts';
export { openWindow } from './open-window.ts';
export { readRollAgain } from './read-roll-again.ts';
export { receiveRoll } from './receive-roll.ts';
export { turnover } from './turnover.ts';
export { verifyRoll } from './verify-roll.ts';
