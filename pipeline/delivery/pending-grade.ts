import type { Cdl } from '../../schemas/cut-list.ts';
import type { Amf } from '../../standards/amf/amf.ts';

/** The CDL that an AMF leaves to be done and holds in itself; null where it has none, or more than one. */
export function pendingGrade(amf: Amf): Cdl | null {
  const forms = amf.pipeline.transforms.filter(({ applied }) => !applied).map(({ form }) => form);
  const [only, ...more] = forms.filter((form) => form.kind === 'cdl');
  return only !== undefined && more.length === 0 ? only.cdl : null;
}
