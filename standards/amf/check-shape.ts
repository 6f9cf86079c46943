import { CDL_NAMESPACE } from '../cdl/write-cdl.ts';
import type { XmlElement } from '../xml/element-tree.ts';
import type { AmfVersion } from './amf.ts';
import type { ProblemList } from './amf-problem.ts';
import { ELEMENT_MODELS, type ElementModel } from './schema-model.ts';

/** Elements that say what is done to pixels: of two, nobody knows which counts. */
const MEANINGFUL =
  /^(pipeline|inputTransform|outputTransform|file|transformId|\w*CdlWorkingSpace|cdlWorkingSpace|inverse\w+Transform|reference\w+Transform|outputDeviceTransform|cdl:(?!Description).*)$/;

/** Reports every element that is not as the schema has it: children and their order, attributes, text. */
export function checkShape(root: XmlElement, version: AmfVersion, problems: ProblemList): void {
  const models = ELEMENT_MODELS[version];
  const visit = (element: XmlElement): void => {
    const model = models[nameOf(element, root.uri)];
    if (model) checkElement(element, model, root.uri, problems);
    element.children.forEach(visit);
  };
  visit(root);
}

function checkElement(element: XmlElement, model: ElementModel, uri: string, problems: ProblemList): void {
  for (const [name, form] of Object.entries(model.attributes ?? {})) {
    const value = element.attributes[name];
    if (value === undefined) problems.add('document-invalid', element, `<${element.name}> has no "${name}".`);
    else if (!form.test(value))
      problems.add(
        'document-invalid',
        element,
        `<${element.name}> has ${name}="${value}", which the schema does not allow.`,
      );
  }
  for (const name of Object.keys(element.attributes)) {
    const isOwn =
      name in (model.attributes ?? {}) || name === 'schemaLocation' || name === 'noNamespaceSchemaLocation';
    if (!isOwn)
      problems.add(
        'document-invalid',
        element,
        `<${element.name}> has an attribute "${name}", which the schema does not know.`,
      );
  }
  const found = element.children.map((child) => `${nameOf(child, uri)} `).join('');
  if (model.children && !model.children.test(found)) {
    const names = found.trim().split(' ').filter(Boolean);
    const holds = names.map((name) => `<${name}>`).join(' ') || 'nothing';
    const sentence = `<${element.name}> holds ${holds}; the schema asks for other elements or another order.`;
    if (names.some((name, index) => MEANINGFUL.test(name) && names.indexOf(name) !== index))
      problems.doubt(element, sentence);
    else problems.add('document-invalid', element, sentence);
  }
  if (!model.children && found !== '') {
    problems.add('document-invalid', element, `<${element.name}> holds elements where the schema has text.`);
  }
  if (model.children && element.text.trim() !== '') {
    problems.add(
      'document-invalid',
      element,
      `<${element.name}> holds the text "${element.text.trim().slice(0, 40)}" between its elements.`,
    );
  }
  if (model.text && !model.text.test(element.text)) {
    problems.add(
      'document-invalid',
      element,
      `<${element.name}> is "${element.text.trim().slice(0, 80)}", which the schema does not allow.`,
    );
  }
}

/** The element's name as the models have it: plain in the AMF's namespace, `cdl:` in the CDL's, else one that no model knows. */
function nameOf(element: XmlElement, uri: string): string {
  if (element.uri === uri) return element.name;
  return element.uri === CDL_NAMESPACE ? `cdl:${element.name}` : `?:${element.name}`;
}
