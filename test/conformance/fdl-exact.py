"""Random framings and templates with what they come to, in exact fractions: written from the specification's text
(ASC FDL 2.0.1, 7.4, deferred rounding), not from our code. Usage: fdl-exact.py SEED COUNT; prints JSON."""
import json, math, random, sys
from fractions import Fraction as F

LAYERS = ['canvas.dimensions', 'canvas.effective_dimensions', 'framing_decision.protection_dimensions', 'framing_decision.dimensions']
ALIGN = {'left': F(0), 'top': F(0), 'center': F(1, 2), 'right': F(1), 'bottom': F(1)}


def exact(x):
    return F(str(x))


def rounded(value, even, mode):
    part = value / 2 if even == 'even' else value
    floor = math.floor(part)
    rest = part - floor
    if mode == 'up':
        whole = math.ceil(part)
    elif mode == 'down':
        whole = floor
    elif rest == F(1, 2):
        whole = floor + 1 if even == 'even' or floor % 2 else floor
    else:
        whole = floor + (1 if rest > F(1, 2) else 0)
    return F(2 * whole if even == 'even' else whole)


def rectangle(size, anchor):
    return [(exact(anchor['x']), exact(anchor['y'])), (exact(size['width']), exact(size['height']))]


def apply(canvas, decision, template):
    squeeze_in = exact(canvas.get('anamorphic_squeeze', 1))
    squeeze_out = exact(template['target_anamorphic_squeeze']) or squeeze_in
    zero = {'x': 0, 'y': 0}
    source = [
        rectangle(canvas['dimensions'], zero),
        rectangle(canvas['effective_dimensions'], canvas['effective_anchor_point']) if 'effective_dimensions' in canvas else None,
        rectangle(decision['protection_dimensions'], decision['protection_anchor_point']) if 'protection_dimensions' in decision else None,
        rectangle(decision['dimensions'], decision['anchor_point']),
    ]
    fit = LAYERS.index(template['fit_source'])
    keep = LAYERS.index(template['preserve_from_source_canvas']) if 'preserve_from_source_canvas' in template else None
    if source[fit] is None or (keep is not None and source[keep] is None):
        return {'error': 'a layer is not there'}
    layers = [None] * 4
    for start in ([] if keep is None else [keep]) + [fit]:
        layers[start:] = source[start:]
    outer = next(layer for layer in layers if layer)
    layers[0] = layers[0] or outer
    layers[1] = layers[1] or outer
    if layers[2] and any(layers[1][1][i] < layers[2][1][i] for i in (0, 1)):
        return {'error': 'protection larger than effective'}
    origin = source[fit if keep is None else keep][0]
    target = (F(template['target_dimensions']['width']), F(template['target_dimensions']['height']))
    ratios = {
        'width': lambda: target[0] * squeeze_out / (source[fit][1][0] * squeeze_in),
        'height': lambda: target[1] / source[fit][1][1],
    }
    method = template['fit_method']
    wanted = {'width': ['width'], 'height': ['height']}.get(method, ['width', 'height'])
    found = [ratios[name]() for name in wanted]
    if 0 in found:
        return {'error': 'a target of 0'}
    factor = max(found) if method == 'fill' else min(found)
    scale = (squeeze_in * factor / squeeze_out, factor)
    maximum = template.get('maximum_dimensions')
    pad = bool(template.get('pad_to_maximum')) and maximum is not None
    answer = {'canvas': [], 'translation': [], 'layers': [None] * 4, 'box': [], 'factor': float(factor)}
    for i, side in enumerate(('width', 'height')):
        alignment = template.get('alignment_method_' + ('horizontal', 'vertical')[i], 'center')
        anchors = [None if l is None else (F(0) if k == 0 else max(F(0), l[0][i] - origin[i]) * scale[i]) for k, l in enumerate(layers)]
        sizes = [None if l is None else l[1][i] * scale[i] for l in layers]
        box, fitted = sizes[0], sizes[fit]
        out = F(maximum[side]) if maximum and (pad or box > maximum[side]) else box
        if out == box and not pad:
            shift = F(0)
        else:
            aim = fitted if pad and target[i] == 0 else target[i]
            shift = ((out - aim) / 2 if pad or alignment == 'center' else 0) + (aim - fitted) * ALIGN[alignment] - anchors[fit]
            if not pad and box > out:
                shift = min(F(0), max(shift, out - box))
        whole = rounded(out, **template.get('round', {'even': 'even', 'mode': 'up'}))
        delta = (whole - out) / 2
        limit = out
        for k in (1, 2, 3):
            if sizes[k] is None:
                continue
            theoretical = anchors[k] + shift
            anchors[k] = max(F(0), theoretical)
            sizes[k] = limit = min(sizes[k] - max(F(0), -theoretical), out - anchors[k], limit)
            anchors[k] += delta
        grown = F(math.ceil(sizes[1]))
        anchors[1] -= (grown - sizes[1]) / 2
        sizes[1] = min(grown, whole)
        anchors[1] = min(max(anchors[1], F(0)), whole - sizes[1])
        for k in (2, 3):
            if sizes[k] is not None:
                anchors[k] = min(max(anchors[k], F(0)), whole)
                sizes[k] = min(sizes[k], whole - anchors[k], sizes[1])
        if sizes[3] <= 0:
            return {'error': 'nothing is left'}
        answer['canvas'].append(float(whole))
        answer['translation'].append(float(shift + delta))
        answer['box'].append(float(box))
        for k in (1, 2, 3):
            if sizes[k] is not None:
                answer['layers'][k] = (answer['layers'][k] or []) + [float(anchors[k]), float(sizes[k])]
    return answer


def inside(random, x, y, width, height):
    w, h = (round(v * random.uniform(0.5, 1), random.choice([0, 0, 2, 4])) for v in (width, height))
    place = lambda room: room * random.choice([0, 0.5, random.random()])
    return round(x + place(width - w), 4), round(y + place(height - h), 4), w, h


def case(random):
    width, height = random.randint(320, 8192), random.randint(240, 6144)
    canvas = {'id': 'A', 'source_canvas_id': 'A', 'dimensions': {'width': width, 'height': height}}
    if random.random() < 0.7:
        canvas['anamorphic_squeeze'] = random.choice([1, 1.25, 1.3, 1.33, 1.5, 1.65, 1.8, 2])
    area = (0, 0, width, height)
    if random.random() < 0.6:
        w, h = random.randint(width // 2, width), random.randint(height // 2, height)
        area = (random.choice([0, (width - w) / 2]), round(random.random() * (height - h), 3), w, h)
        canvas['effective_dimensions'] = {'width': w, 'height': h}
        canvas['effective_anchor_point'] = {'x': area[0], 'y': area[1]}
    decision = {'id': 'A-F', 'framing_intent_id': 'F'}
    for name in ('protection_', '') if random.random() < 0.6 else ('',):
        area = inside(random, *area)
        decision[name + 'dimensions'] = {'width': area[2], 'height': area[3]}
        decision[name + 'anchor_point'] = {'x': area[0], 'y': area[1]}
    template = {
        'id': 'T',
        'target_dimensions': {
            'width': random.choice([1920, 2048, 3840, 4096, random.randint(100, 6000), 0]),
            'height': random.choice([1080, 858, 1716, 2160, random.randint(100, 4000), 0]),
        },
        'target_anamorphic_squeeze': random.choice([0, 1, 1, 1.3, 1.5, 2]),
        'fit_source': random.choice(LAYERS),
        'fit_method': random.choice(['width', 'height', 'fit_all', 'fill']),
    }
    maybe = lambda key, share, value: template.update({key: value} if random.random() < share else {})
    maybe('alignment_method_horizontal', 0.7, random.choice(['left', 'center', 'right']))
    maybe('alignment_method_vertical', 0.7, random.choice(['top', 'center', 'bottom']))
    maybe('preserve_from_source_canvas', 0.5, random.choice(LAYERS))
    maybe('maximum_dimensions', 0.6, {'width': random.randint(200, 6000), 'height': random.randint(200, 5000)})
    maybe('pad_to_maximum', 0.4, True)
    maybe('round', 0.7, {'even': random.choice(['whole', 'even']), 'mode': random.choice(['up', 'down', 'round'])})
    return {'canvas': canvas, 'decision': decision, 'template': template, 'expected': apply(canvas, decision, template)}


if __name__ == '__main__':
    generator = random.Random(int(sys.argv[1]))
    json.dump([case(generator) for _ in range(int(sys.argv[2]))], sys.stdout)
