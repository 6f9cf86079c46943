import { describe, expect, it } from 'vitest';
import { childOf, readXml, textOf } from '../../../standards/xml/element-tree.ts';
import { writeXml } from '../../../standards/xml/write-xml.ts';

describe('an XML document', () => {
  it('is read by namespace, whatever its prefixes are called', () => {
    for (const text of [
      '<a:x xmlns:a="urn:u"><a:y>1</a:y></a:x>',
      '<x xmlns="urn:u"><y>1</y></x>',
      '<x xmlns="urn:u"><b:y xmlns:b="urn:u">1</b:y></x>',
    ]) {
      expect(textOf(readXml(text, 'f'), 'urn:u', 'y')).toBe('1');
    }
    expect(childOf(readXml('<x xmlns="urn:u"><y xmlns="urn:v">1</y></x>', 'f'), 'urn:u', 'y')).toBeNull();
  });

  it('keeps order, text, character references and sections of character data', () => {
    const root = readXml('<x>\n <b n="1 &amp; 2"/>\n <a> &lt;&#x41;<![CDATA[<&]]></a><b/></x>', 'f');
    expect(root.children.map((c) => `${c.name}${c.line}`)).toEqual(['b2', 'a3', 'b3']);
    expect(root.children[0]!.attributes).toEqual({ n: '1 & 2' });
    expect(root.children[1]!.text).toBe(' <A<&');
  });

  it('is refused, with its line, when it is not well-formed', () => {
    expect(() => readXml('<x>\n<y>\n</x>', 'f.amf')).toThrow(/f\.amf, line [23]:/);
    expect(() => readXml('', 'f')).toThrow(/line 1/);
    expect(() => readXml('<x/><y/>', 'f')).toThrow(/2 root elements/);
    expect(() => readXml('<p:x/>', 'f')).toThrow(/prefix "p"/);
  });

  it('expands no entity of its own and takes no DTD', () => {
    const bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>';
    expect(() => readXml(bomb, 'f')).toThrow(/document type declaration/);
    expect(() => readXml('<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', 'f')).toThrow(/document type/);
  });

  it('is refused when it is nested without end', () => {
    expect(() => readXml(`${'<x>'.repeat(50_000)}${'</x>'.repeat(50_000)}`, 'f')).toThrow(/f, line/);
  });

  it('reads back what was written, with any characters', () => {
    const nasty = 'a<b>&"\'\n\t]]> é 漢';
    const text = writeXml({ tag: 'x', attributes: { n: nasty }, content: [{ tag: 'y', content: nasty }] });
    const root = readXml(text, 'f');
    expect(root.attributes.n).toBe(nasty);
    expect(root.children[0]!.text).toBe(nasty);
  });
});
