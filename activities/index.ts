import { announceRoll } from './announce-roll.ts';
import { appendGeneration } from './append-generation.ts';
import { checkPlate } from './check-plate.ts';
import { checkSource } from './check-source.ts';
import { copyFiles } from './copy-files.ts';
import { bindActivity } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';
import { discoverRoll, discoverStored } from './discover-roll.ts';
import { endTurnover } from './end-turnover.ts';
import { finishPlate } from './finish-plate.ts';
import { groupClips } from './group-clips.ts';
import { hasNews } from './has-news.ts';
import { hashStored } from './hash-stored.ts';
import { clearInbox, takeInbox } from './inbox.ts';
import { inspectClip } from './inspect-clip.ts';
import { judgeRoll } from './judge-roll.ts';
import { askForLicence, endedHolders } from './licences.ts';
import { parseIngestRequest } from './parse-ingest-request.ts';
import { parseRollRequest } from './parse-roll-request.ts';
import { checkTransfer, parseTransferRequest } from './parse-transfer-request.ts';
import { parseTurnoverSubmission } from './parse-turnover-submission.ts';
import { planTurnover } from './plan-turnover.ts';
import { preparePlate } from './prepare-plate.ts';
import { publishPackage } from './publish-package.ts';
import { recordDecision } from './record-decision.ts';
import { recordPlateEnd } from './record-plate-end.ts';
import { renderMovie } from './render-movie.ts';
import { renderSegment } from './render-segment.ts';
import { renderTogether } from './render-together.ts';
import { sealRoll } from './seal-roll.ts';
import { sendFiles } from './send-files.ts';
import { sendHistory } from './send-history.ts';
import { trimClip } from './trim-clip.ts';

/** Every activity a worker serves, bound to its dependencies. */
export function createActivities(deps: Dependencies) {
  return {
    announceRoll: bindActivity(announceRoll, deps),
    appendGeneration: bindActivity(appendGeneration, deps),
    askForLicence: bindActivity(askForLicence, deps),
    checkPlate: bindActivity(checkPlate, deps),
    checkSource: bindActivity(checkSource, deps),
    checkTransfer: bindActivity(checkTransfer, deps),
    clearInbox: bindActivity(clearInbox, deps),
    copyFiles: bindActivity(copyFiles, deps),
    discoverStored: bindActivity(discoverStored, deps),
    discoverRoll: bindActivity(discoverRoll, deps),
    endedHolders: bindActivity(endedHolders, deps),
    endTurnover: bindActivity(endTurnover, deps),
    finishPlate: bindActivity(finishPlate, deps),
    groupClips: bindActivity(groupClips, deps),
    hashStored: bindActivity(hashStored, deps),
    hasNews: bindActivity(hasNews, deps),
    inspectClip: bindActivity(inspectClip, deps),
    judgeRoll: bindActivity(judgeRoll, deps),
    parseIngestRequest: bindActivity(parseIngestRequest, deps),
    parseRollRequest: bindActivity(parseRollRequest, deps),
    parseTransferRequest: bindActivity(parseTransferRequest, deps),
    parseTurnoverSubmission: bindActivity(parseTurnoverSubmission, deps),
    planTurnover: bindActivity(planTurnover, deps),
    preparePlate: bindActivity(preparePlate, deps),
    publishPackage: bindActivity(publishPackage, deps),
    recordDecision: bindActivity(recordDecision, deps),
    recordPlateEnd: bindActivity(recordPlateEnd, deps),
    renderMovie: bindActivity(renderMovie, deps),
    renderSegment: bindActivity(renderSegment, deps),
    renderTogether: bindActivity(renderTogether, deps),
    sealRoll: bindActivity(sealRoll, deps),
    sendFiles: bindActivity(sendFiles, deps),
    sendHistory: bindActivity(sendHistory, deps),
    takeInbox: bindActivity(takeInbox, deps),
    trimClip: bindActivity(trimClip, deps),
  };
}

/** What workflows call, by type only. */
export type Activities = ReturnType<typeof createActivities>;
