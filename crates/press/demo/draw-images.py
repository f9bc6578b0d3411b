#!/usr/bin/env python3
"""Draws the demo newspaper's illustrations as small, style-free SVG files.

Run it in this folder: `python3 draw-images.py`. Same input, same bytes: the
randomness is seeded. Colours are presentation attributes because the site's
content security policy allows no inline style. Dots are zero-length strokes
with round caps, which cost a few bytes each.
"""

import math
import random
from pathlib import Path

W, H = 1200, 675
INK, PAPER, RED, OCHRE = "#1e2a33", "#e9dfca", "#c2492f", "#e3b23c"
DEEP, DIM = "#151e25", "#33434e"
OUT = Path(__file__).parent / "images"


def n(value):
    """A number as short as one decimal place allows."""
    return f"{round(value, 1):g}"


def rect(x, y, w, h, fill, extra=""):
    return f'<rect x="{n(x)}" y="{n(y)}" width="{n(w)}" height="{n(h)}" fill="{fill}"{extra}/>'


def circle(x, y, r, fill, extra=""):
    return f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(r)}" fill="{fill}"{extra}/>'


def path(d, fill, extra=""):
    return f'<path d="{d}" fill="{fill}"{extra}/>'


def dots(points, colour, width, extra=""):
    """Points as zero-length strokes; whole coordinates and relative moves keep it small."""
    parts, last = [], None
    for x, y in points:
        x, y = round(x), round(y)
        if last is None:
            parts.append(f"M{x} {y}h0")
        else:
            dx, dy = x - last[0], y - last[1]
            parts.append(f"m{dx}{'' if dy < 0 else ' '}{dy}h0")
        last = (x, y)
    return (
        f'<path d="{"".join(parts)}" fill="none" stroke="{colour}" stroke-width="{n(width)}"'
        f' stroke-linecap="round"{extra}/>'
    )


def halftone(shade, colour, step=12, box=(0, 0, W, H), levels=6, full=1.15, extra=""):
    """A turned screen of dots whose size follows `shade(x, y)` between 0 and 1."""
    x0, y0, x1, y1 = box
    groups = [[] for _ in range(levels + 1)]
    angle = math.radians(28)
    cos, sin = math.cos(angle), math.sin(angle)
    cx, cy = (x0 + x1) / 2, (y0 + y1) / 2
    reach = int(math.hypot(x1 - x0, y1 - y0) / step / 2) + 2
    for i in range(-reach, reach):
        for j in range(-reach, reach):
            x = cx + (i * cos - j * sin) * step
            y = cy + (i * sin + j * cos) * step
            if x0 <= x <= x1 and y0 <= y <= y1:
                level = round(max(0, min(1, shade(x, y))) * levels)
                groups[level].append((round(x), round(y)))
    return "".join(
        dots(group, colour, step * full * math.sqrt(level / levels), extra)
        for level, group in enumerate(groups)
        if level and group
    )


def save(name, title, ground, parts):
    body = "".join(parts)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {W} {H}" width="{W}" height="{H}">'
        f"<title>{title}</title>{rect(0, 0, W, H, ground)}{body}</svg>\n"
    )
    (OUT / name).write_text(svg, encoding="utf-8")
    print(f"{name}: {len(svg.encode())} bytes")


def empty_chair():
    """A long table from above; one chair has been left."""
    parts = [halftone(lambda x, y: 0.5 * (1 - math.hypot((x - 600) / 700, (y - 338) / 400)), DIM, 20)]
    rng = random.Random(7)
    for i in range(8):
        x = 284 + i * 90
        for side, y in ((-1, 204), (1, 472)):
            if (i, side) == (5, 1):
                continue
            turn, lean = rng.uniform(-8, 8), rng.uniform(-5, 5)
            parts.append(
                f'<g transform="translate({n(x + lean)} {y}) rotate({n(turn)})">'
                f'<rect x="-33" y="{-44 if side < 0 else -22}" width="66" height="66" rx="15" fill="{DIM}"/>'
                f'<ellipse rx="37" ry="19" fill="#87908d"/>{circle(0, 2 * side, 16, PAPER)}</g>'
            )
    parts.append(f'<rect x="180" y="238" width="840" height="200" rx="100" fill="{PAPER}"/>')
    parts.append(
        halftone(lambda x, y: (y - 330) / 300 if inside_table(x, y) else 0, INK, 15, (180, 238, 1020, 438), 4, 0.8, ' opacity=".5"')
    )
    for i in range(8):
        x = 284 + i * 90
        for y in (276, 400):
            turn = rng.uniform(-10, 10)
            parts.append(
                f'<g transform="translate({x} {y}) rotate({n(turn)})"><path d="M-17 -22h34v44h-34z" fill="{PAPER}" stroke="{INK}" stroke-width="2"/>'
                f'<path d="M-10 -12h20M-10 -3h20M-10 6h12" stroke="{INK}" stroke-width="2.5" opacity=".55"/></g>'
            )
    parts.append(
        f'<g transform="translate(764 540) rotate(-28)"><rect x="-33" y="-33" width="66" height="66" rx="15" fill="{RED}"/>'
        f'<path d="M-30 33Q0 46 30 33" fill="none" stroke="{RED}" stroke-width="10" stroke-linecap="round"/></g>'
    )
    trail = [(826 + 410 * i / 12, 556 - 46 * math.sin(i / 12 * 2.7) + 66 * i / 12) for i in range(13)]
    parts.append(dots(trail, RED, 11))
    save("empty-chair.svg", "A long table seen from above, one chair left empty", INK, parts)


def inside_table(x, y):
    dx = max(280 - x, 0, x - 920)
    return math.hypot(dx, y - 338) < 97


def tracking_dots():
    """A printed page; the glass shows what the eye does not."""
    rng = random.Random(53)
    pattern = [(c, r) for c in range(15) for r in range(8) if rng.random() < 0.34]
    parts = [halftone(lambda x, y: 0.6 * (x / W) * (1 - y / H), DIM, 20)]
    page = [rect(0, 0, 470, 620, PAPER)]
    faint = []
    for bx in range(3):
        for by in range(5):
            faint += [(12 + bx * 158 + c * 9.6, 10 + by * 124 + r * 14) for c, r in pattern]
    page.append(dots([(x, y) for x, y in faint if x < 462 and y < 612], OCHRE, 3.4))
    page.append(rect(46, 52, 250, 22, INK))
    page.append(rect(46, 86, 168, 10, INK, ' opacity=".55"'))
    y = 132
    while y < 580:
        width = 378 if rng.random() < 0.75 else rng.uniform(150, 340)
        page.append(rect(46, y, width, 9, INK, ' opacity=".72"'))
        y += 24 if width > 350 else 42
    parts.append(f'<g transform="translate(236 74) rotate(-7)">{"".join(page)}</g>')
    cx, cy, r = 742, 352, 214
    parts.append(f'<path d="M{cx + 146} {cy + 156}L{cx + 296} {cy + 316}" stroke="{RED}" stroke-width="40" stroke-linecap="round"/>')
    parts.append(circle(cx, cy, r + 15, RED))
    parts.append(circle(cx, cy, r, PAPER))
    for line in range(3):
        yy = cy - 118 + line * 102
        half = math.sqrt(r * r - (abs(yy + 19 - cy) + 19) ** 2)
        right = half if line < 2 else 0.2 * half
        parts.append(rect(cx - half, yy, half + right, 38, INK, ' opacity=".16"'))
    big = []
    for c, row in pattern:
        x, y = cx - 210 + c * 30, cy - 168 + row * 48
        if math.hypot(x - cx, y - cy) < r - 22:
            big.append((x, y))
    parts.append(dots(big, OCHRE, 19))
    save("tracking-dots.svg", "A printed page under a magnifying glass that shows yellow dots", INK, parts)


def crowd():
    """Three circles of light over a crowd; one head is in all three."""
    lamps = [(472, 300, 246), (742, 258, 250), (640, 470, 214)]
    parts = []
    rows = []
    for row in range(8):
        scale = 0.62 + row * 0.085
        gap = 74 * scale
        y = 96 + row * row * 4.2 + row * 47
        count = int(W / gap) + 3
        shift = gap / 2 if row % 2 else 0
        for i in range(count):
            rows.append((i * gap - gap + shift, y, scale))
    target = min(rows, key=lambda f: math.hypot(f[0] - 622, f[1] - 352))
    shades = [DIM, "#5d6a70", "#a39d8f"]
    parts.append(f'<g fill="{PAPER}" opacity=".1">' + "".join(f'<circle cx="{x}" cy="{y}" r="{r}"/>' for x, y, r in lamps) + "</g>")
    for figure in rows:
        x, y, s = figure
        hits = sum(math.hypot(x - lx, y - ly) < lr for lx, ly, lr in lamps)
        if figure == target:
            fill = RED
        else:
            fill = shades[min(hits, 2)]
        parts.append(
            path(
                f"M{n(x - 31 * s)} {n(y + 74 * s)}q0 {n(-52 * s)} {n(31 * s)} {n(-52 * s)}t{n(31 * s)} {n(52 * s)}z"
                f"M{n(x - 17 * s)} {n(y)}a{n(17 * s)} {n(18 * s)} 0 1 1 {n(34 * s)} 0a{n(17 * s)} {n(18 * s)} 0 1 1 {n(-34 * s)} 0z",
                fill,
                f' stroke="{INK}" stroke-width="2.5"',
            )
        )
    parts.append(f'<g fill="none" stroke="{PAPER}" stroke-width="3" stroke-dasharray="1 9" stroke-linecap="round">' + "".join(f'<circle cx="{x}" cy="{y}" r="{r}"/>' for x, y, r in lamps) + "</g>")
    save("crowd.svg", "Three circles of light fall on a crowd and meet on one head", INK, parts)


def balcony():
    """An apartment house by day; on one balcony, a flowerpot with a flag."""
    parts = [halftone(lambda x, y: 0.6 - x / 2000 - y / 2000, "#cdbf9f", 19)]
    for row in range(4):
        for col in range(6):
            x, y = 84 + col * 182, 40 + row * 166
            chosen = (row, col) == (1, 3)
            parts.append(rect(x, y, 122, 112, INK))
            if not chosen:
                fold = (row * 5 + col * 3) % 4
                parts.append(rect(x + 8, y + 8, [34, 52, 20, 44][fold], 104, PAPER, ' opacity=".22"'))
                parts.append(rect(x + 114 - [20, 44, 34, 26][fold], y + 8, [20, 44, 34, 26][fold], 104, PAPER, ' opacity=".22"'))
            else:
                parts.append(rect(x + 8, y + 8, 106, 104, PAPER, ' opacity=".9"'))
            rail = "".join(f"M{x - 10 + i * 14.2:g} {y + 84}v40" for i in range(11))
            parts.append(f'<path d="M{x - 18} {y + 84}h158{rail}" fill="none" stroke="{INK}" stroke-width="4"/>')
            parts.append(rect(x - 22, y + 122, 166, 12, INK))
            if chosen:
                px, py = x + 86, y + 84
                parts.append(f'<path d="M{px} {py - 30}V{py - 122}" stroke="{INK}" stroke-width="5"/>')
                parts.append(path(f"M{px + 2} {py - 122}q24 -14 46 0t46 0v46q-24 14 -46 0t-46 0z", RED))
                parts.append(path(f"M{px} {py - 32}q-34 -6 -30 -36q28 4 30 36q4 -30 26 -34q4 28 -26 34z", INK, f' stroke="{PAPER}" stroke-width="2"'))
                parts.append(path(f"M{px - 30} {py - 38}h60v13h-6l-8 40h-32l-8 -40h-6z", RED, f' stroke="{PAPER}" stroke-width="3"'))
    save("balcony.svg", "The balconies of an apartment house, a flowerpot with a flag on one of them", PAPER, parts)


def sea():
    """A sea of paper, and a blank disc above it. The sheet of each row is defined once."""
    rng = random.Random(11)
    parts = [halftone(lambda x, y: 0.62 * (1 - y / 420) * (0.35 + 0.65 * abs(x - 838) / 838), DIM, 20, (0, 0, W, 400))]
    parts.append(circle(838, 178, 112, PAPER))
    parts.append(f'<circle cx="838" cy="178" r="130" fill="none" stroke="{RED}" stroke-width="5"/>')
    for row in range(8):
        base = 318 + row * 48
        size = 0.7 + row * 0.13
        w, h = 46 * size, 62 * size
        fill = PAPER if row % 2 == 0 else "#d0c3a8"
        lines = "".join(f"M{n(-w * 0.32)} {n(-h * 0.3 + k * h * 0.17)}h{n(w * (0.64 if k < 3 else 0.36))}" for k in range(4))
        parts.append(
            f'<defs><g id="s{row}"><path d="M{n(-w / 2)} {n(-h / 2)}h{n(w)}v{n(h + 60)}h{n(-w)}z" fill="{fill}" stroke="{INK}" stroke-width="2"/>'
            f'<path d="{lines}" stroke="{INK}" stroke-width="{n(2.6 * size)}" opacity=".5"/></g></defs>'
        )
        step = 50 * size
        x = -40 + (row % 2) * step / 2
        while x < W + 60:
            phase = x / (170 * size) + row * 1.7
            y = base + 30 * size * math.sin(phase)
            lean = 24 * math.cos(phase) + rng.uniform(-6, 6)
            parts.append(f'<use href="#s{row}" transform="translate({round(x)} {round(y)})rotate({round(lean)})"/>')
            x += step
    save("sea.svg", "A sea of printed sheets under a blank disc", INK, parts)


def drop():
    """A drop made of measurements; one of them is known to be someone's."""

    apex, cy, r = 44, 416, 196
    outline = f"M600 {apex}C{600 + 40} 150 {600 + r} 290 {600 + r} {cy}A{r} {r} 0 0 1 {600 - r} {cy}C{600 - r} 290 {600 - 40} 150 600 {apex}z"

    def shade(x, y):
        light = math.hypot(x - 532, y - 350) / 290
        return 0.25 + 0.75 * min(1, light)

    parts = []
    grid = "".join(f"M0 {y}h{W}" for y in range(45, H, 45)) + "".join(f"M{x} 0v{H}" for x in range(30, W, 45))
    parts.append(f'<path d="{grid}" stroke="{INK}" stroke-width="1" opacity=".16"/>')
    curve = "".join(f"{'L' if i else 'M'}{n(40 + i * 14)} {n(612 - 470 * math.exp(-(((40 + i * 14) - 600) / 205) ** 2))}" for i in range(81))
    parts.append(f'<path d="{curve}" fill="none" stroke="{INK}" stroke-width="4" opacity=".75"/>')
    parts.append(f'<clipPath id="drop"><path d="{outline}"/></clipPath>{path(outline, PAPER)}')
    parts.append(f'<g clip-path="url(#drop)">{halftone(shade, RED, 16, (380, 30, 820, 630), 7, 1.2)}</g>')
    parts.append(circle(664, 452, 21, PAPER))
    parts.append(f'<circle cx="664" cy="452" r="14" fill="{INK}"/>')
    parts.append(f'<path d="M684 446L1010 330" stroke="{INK}" stroke-width="3"/>')
    parts.append(rect(1010, 300, 118, 56, PAPER, f' stroke="{INK}" stroke-width="3"'))
    parts.append(f'<path d="M1030 320h78M1030 336h46" stroke="{INK}" stroke-width="5"/>')
    save("drop.svg", "A drop of blood made of printed dots, one of which is singled out", PAPER, parts)


def threads():
    """One page, forty threads leading out of it."""
    rng = random.Random(40)
    parts = [halftone(lambda x, y: 0.4 * math.hypot((x - 600) / 700, (y - 337) / 420), DIM, 21)]
    starts, ends, lines = [], [], []
    for i in range(40):
        angle = i / 40 * 2 * math.pi + rng.uniform(-0.06, 0.06)
        reach = rng.uniform(0.8, 1.0)
        x = 600 + 575 * reach * math.cos(angle)
        y = 337 + 318 * reach * math.sin(angle)
        sx = 600 + 168 * rng.uniform(0.5, 1) * math.cos(angle)
        sy = 355 + 210 * rng.uniform(0.5, 1) * math.sin(angle)
        sag = rng.uniform(10, 46)
        lines.append(f"M{n(sx)} {n(sy)}Q{n((sx + x) / 2)} {n((sy + y) / 2 + sag)} {n(x)} {n(y)}")
        starts.append((sx, sy))
        ends.append((x, y))
    parts.append(f'<path d="M388 62h424v556h-424z" fill="{PAPER}"/>')
    parts.append(rect(418, 92, 364, 44, INK))
    parts.append(f'<path d="M418 152h364" stroke="{INK}" stroke-width="3"/>')
    text = ""
    for col in range(4):
        x = 418 + col * 93
        for k in range(27):
            y = 176 + k * 16
            if col in (1, 2) and k < 11:
                continue
            text += f"M{x} {y}h{84 if (k + col * 3) % 7 else 50}"
    parts.append(f'<path d="{text}" stroke="{INK}" stroke-width="5" opacity=".5"/>')
    parts.append(rect(511, 172, 177, 166, INK, ' opacity=".82"'))
    parts.append(f'<path d="{"".join(lines)}" fill="none" stroke="{RED}" stroke-width="2.5"/>')
    parts.append(dots(starts, RED, 8))
    parts.append(dots(ends, RED, 17))
    parts.append(dots(ends, INK, 6))
    save("threads.svg", "A newspaper page with forty red threads running out of it", INK, parts)


def drawer():
    """A wall of drawers, all alike; a letter shows in one."""
    parts = []
    for row in range(5):
        for col in range(7):
            x, y = 43 + col * 160, 33 + row * 124
            chosen = (row, col) == (2, 4)
            if chosen:
                parts.append(rect(x - 2, y - 2, 158, 120, DEEP))
                parts.append(path(f"M{x + 26} {y + 50}L{x + 84} {y - 34}L{x + 144} {y + 12}L{x + 118} {y + 50}z", PAPER, f' stroke="{INK}" stroke-width="2"'))
                parts.append(path(f"M{x + 84} {y - 34}L{x + 88} {y + 14}L{x + 144} {y + 12}", "none", f' stroke="{INK}" stroke-width="2.5"'))
                parts.append(circle(x + 88, y + 14, 9, RED))
                parts.append(path(f"M{x - 10} {y + 40}h174v88h-174z", PAPER, f' stroke="{INK}" stroke-width="3"'))
                parts.append(halftone(lambda px, py, top=y: (py - top - 30) / 210, INK, 9, (x - 6, y + 44, x + 160, y + 124), 5, 0.8, ' opacity=".6"'))
                parts.append(rect(x + 44, y + 56, 66, 24, PAPER, f' stroke="{INK}" stroke-width="3"'))
                parts.append(f'<path d="M{x + 59} {y + 104}h36" stroke="{RED}" stroke-width="9" stroke-linecap="round"/>')
            else:
                parts.append(rect(x, y, 154, 116, "#cfc2a6", f' stroke="{INK}" stroke-width="3"'))
                parts.append(rect(x + 44, y + 26, 66, 24, PAPER, f' stroke="{INK}" stroke-width="3"'))
                parts.append(f'<path d="M{x + 59} {y + 80}h36" stroke="{INK}" stroke-width="9" stroke-linecap="round"/>')
    save("drawer.svg", "A wall of identical drawers; a folded letter shows in one of them", INK, parts)


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    for draw in (empty_chair, tracking_dots, crowd, balcony, sea, drop, threads, drawer):
        draw()
