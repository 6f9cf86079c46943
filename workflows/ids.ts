/** Workflow ids make double work impossible: one running workflow per roll, per turnover version, per plate. */

export function rollWorkflowId(roll: { production: string; shootDay: string; roll: string }): string {
  return `roll/${roll.production}/${roll.shootDay}/${roll.roll}`;
}

export function turnoverWorkflowId(turnover: { production: string; name: string; revision: number }): string {
  return `turnover/${turnover.production}/${turnover.name}/${turnover.revision}`;
}

/** A plate runs under its turnover's id, so that the UI sorts it beside its parent. */
export function plateWorkflowId(turnoverWorkflow: string, plateId: string): string {
  return `${turnoverWorkflow}/${plateId}`;
}

/** One keeper of the licences of an engine at a site. */
export function licencesWorkflowId(site: string, engine: string): string {
  return `licences/${site}/${engine}`;
}
