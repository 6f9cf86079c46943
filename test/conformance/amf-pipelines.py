"""Random AMFs of both versions with what OpenColorIO makes of them, step by step. Ids are looked up in the configs
themselves: the interchange attribute of the ACES 2 config, the descriptions of the ACES 1.3 one. Nothing of ours is used.
Usage: amf-pipelines.py ACES2_CONFIG SEED COUNT; prints JSON."""
import json, random, re, sys
import PyOpenColorIO as ocio

PREFIX = 'urn:ampas:aces:transformId:'
URN = re.compile(PREFIX + r'v\d\.\d:[^\s|]+')
CONFIGS = [ocio.Config.CreateFromFile(sys.argv[1]), ocio.Config.CreateFromBuiltinConfig('studio-config-v2.2.0_aces-v1.3_ocio-v2.4')]
INVERSE = ocio.TRANSFORM_DIR_INVERSE


def ids(thing):
    own = thing.getInterchangeAttribute('amf_transform_ids') if hasattr(thing, 'getInterchangeAttribute') else ''
    return set(URN.findall((thing.getDescription() or '') + '\n' + (own or '')))


def index(config):
    found = {}
    def note(kind, name, thing):
        for one in ids(thing):
            found.setdefault(one, []).append((kind, name))
    for kind, reference in (('space', ocio.SEARCH_REFERENCE_SPACE_SCENE), ('display', ocio.SEARCH_REFERENCE_SPACE_DISPLAY)):
        for name in config.getColorSpaceNames(reference, ocio.COLORSPACE_ALL):
            note(kind, name, config.getColorSpace(name))
    for name in config.getViewTransformNames():
        note('view', name, config.getViewTransform(name))
    for name in config.getLookNames():
        note('look', name, config.getLook(name))
    return found


INDEX = [index(config) for config in CONFIGS]


def word(one):
    return one[len(PREFIX) + 5:].split('.')[0]


def transform(one):
    """(config, transform) of an id, to or from ACES2065-1; None where the config has it by halves."""
    for config, found in zip(CONFIGS, INDEX):
        hits = found.get(one)
        if not hits:
            continue
        names = {kind: [name for k, name in hits if k == kind] for kind in ('space', 'display', 'view', 'look')}
        if len(names['space']) == 1:
            pair = [names['space'][0], 'ACES2065-1']
            return config, ocio.ColorSpaceTransform(*(pair if '.ACES_to_' not in one else pair[::-1]))
        if names['look']:
            sign = '-' if word(one).startswith('Inv') else '+'
            return config, ocio.LookTransform('ACES2065-1', 'ACES2065-1', sign + names['look'][0], False)
        for display in config.getDisplays():
            for view in config.getViews(display):
                shown = config.getDisplayViewColorSpaceName(display, view)
                shown = display if shown in ('', '<USE_DISPLAY_NAME>') else shown
                if config.getDisplayViewTransformName(display, view) in names['view'] and shown in names['display']:
                    made = ocio.DisplayViewTransform(src='ACES2065-1', display=display, view=view, looksBypass=True)
                    if word(one).startswith('Inv'):
                        made.setDirection(INVERSE)
                    return config, made
        return None
    return None


# ADX is left out: OpenColorIO fuses its tables with what stands before them, so that one processor is not the sum of two.
KNOWN = [one for one in dict.fromkeys(k for found in INDEX for k in found) if transform(one) and 'ADX' not in one]
of = lambda *words: [one for one in KNOWN if word(one) in words]
SPACES_TO = [one for one in of('CSC', 'ACEScsc') if '_to_ACES.' in one]
SPACES_FROM = [one for one in of('CSC', 'ACEScsc') if '.ACES_to_' in one]


def space_of(one):
    return next(found[one] for found in INDEX if one in found)


def inverted(step):
    config, made = step
    return config, ocio.GroupTransform([made], INVERSE)


def case(r):
    version = r.choice(['1.0', '2.0', '2.0'])
    allowed = lambda found: [one for one in found if version == '2.0' or ':v1.5:' in one]
    steps, body = [], []
    tag = lambda name, inner, attributes='': f'<a:{name}{attributes}>{inner}</a:{name}>'
    by_id = lambda one: tag('transformId', one)
    flag = lambda applied: f' applied="{r.choice(["true", "1"] if applied else ["false", "0"])}"'
    already = r.randint(0, 2) if r.random() < 0.4 else 0

    def add(role, made, inner):
        has_flag = version == '2.0' or role != 'outputTransform'
        applied = has_flag and len(steps) < already
        steps.append((role, applied, made))
        body.append(tag(role, inner, flag(applied) if has_flag else ''))

    if r.random() < 0.85:
        inverse = r.random() < 0.3
        one = r.choice(allowed(of('InvOutput', 'InvRRTODT', 'InvODT') if inverse else SPACES_TO + of('IDT')))
        pair = tag('inverseOutputDeviceTransform', by_id(one)) + tag('inverseReferenceRenderingTransform', by_id(PREFIX + 'v1.5:InvRRT.a1.0.3'))
        inner = pair if word(one) == 'InvODT' else tag('inverseOutputTransform', by_id(one)) if inverse else by_id(one)
        add('inputTransform', [transform(one)], inner)
    looks = r.randint(0, 3)
    location = r.randint(0, looks) if version == '2.0' and r.random() < 0.6 else None
    working = None
    for k in range(looks + 1):
        if k == location:
            working = len(steps)
            body.append('<a:workingLocation/>')
        if k == looks:
            break
        if r.random() < 0.25:
            one = r.choice(allowed(of('Look', 'LMT')))
            add('lookTransform', [transform(one)], by_id(one))
            continue
        out = r.choice(allowed(SPACES_TO))
        same = [one for one in allowed(SPACES_FROM) if space_of(one)[0] == space_of(out)[0]]
        into = r.choice(same) if same and r.random() < 0.7 else None
        numbers = [[round(r.uniform(low, high), 4) for _ in range(3)] for low, high in ((0.6, 1.5), (-0.05, 0.05), (0.7, 1.4))]
        saturation = r.choice([1, round(r.uniform(0, 1.6), 3)])
        grade = ocio.CDLTransform()
        grade.setSlope(numbers[0]), grade.setOffset(numbers[1]), grade.setPower(numbers[2]), grade.setSat(saturation)
        grade.setStyle(ocio.CDL_NO_CLAMP)
        sop, sat = r.choice([('SOPNode', 'SatNode'), ('ASC_SOP', 'ASC_SAT')])
        texts = [f'<c:{name}>{" ".join(map(str, values))}</c:{name}>' for name, values in zip(('Slope', 'Offset', 'Power'), numbers)]
        space = tag('cdlWorkingSpace', (tag('toCdlWorkingSpace', by_id(into)) if into else '') + tag('fromCdlWorkingSpace', by_id(out)))
        inner = f'{space}<c:{sop}>{"".join(texts)}</c:{sop}><c:{sat}><c:Saturation>{saturation}</c:Saturation></c:{sat}>'
        way_in = transform(into) if into else inverted(transform(out))
        add('lookTransform', [way_in, (CONFIGS[0], grade), transform(out)], inner)
    one = r.choice(of('ODT', 'RRTODT') if version == '1.0' else of('Output', 'ODT', 'RRTODT'))
    pair = tag('referenceRenderingTransform', by_id(PREFIX + 'v1.5:RRT.a1.0.3')) + tag('outputDeviceTransform', by_id(one))
    add('outputTransform', [transform(one)], pair if word(one) == 'ODT' else by_id(one))
    pixels = [[r.uniform(0.05, 0.9) for _ in range(3)] for _ in range(5)] + [[0.391] * 3]
    inputs = sum(role == 'inputTransform' for role, _, _ in steps)
    points = {'aces': inputs, 'working': inputs if working is None else working, 'display': len(steps)}
    expected = {point: evaluate(steps[:count], pixels) for point, count in points.items()}
    return {'version': version, 'amf': document(version, ''.join(body), ':v2.0:' in one), 'pixels': pixels, 'expected': expected}


def evaluate(steps, pixels):
    flat = [value for pixel in pixels for value in pixel]
    for _, applied, made in steps:
        for config, step in [] if applied else made:
            flat = config.getProcessor(step).getDefaultCPUProcessor().applyRGB(flat)
    return [list(flat[i:i + 3]) for i in range(0, len(flat), 3)]


def document(version, body, is_two):
    dates = '<a:dateTime><a:creationDateTime>2026-01-02T03:04:05Z</a:creationDateTime><a:modificationDateTime>2026-01-02T03:04:05Z</a:modificationDateTime></a:dateTime>'
    about = dates + '<a:uuid>urn:uuid:01234567-89ab-cdef-0123-456789abcdef</a:uuid>'
    system = '<a:systemVersion><a:majorVersion>%d</a:majorVersion><a:minorVersion>%d</a:minorVersion><a:patchVersion>0</a:patchVersion></a:systemVersion>' % ((2, 0) if is_two else (1, 3))
    return (f'<a:acesMetadataFile xmlns:a="urn:ampas:aces:amf:v{version}" xmlns:c="urn:ASC:CDL:v1.01" version="{version}"><a:amfInfo>{about}</a:amfInfo>'
            f'<a:pipeline><a:pipelineInfo>{about}{system}</a:pipelineInfo>{body}</a:pipeline></a:acesMetadataFile>')


if __name__ == '__main__':
    generator = random.Random(int(sys.argv[2]))
    json.dump([case(generator) for _ in range(int(sys.argv[3]))], sys.stdout)
