#!/usr/bin/env python3
"""Prints pages of the project's own test sentences and makes scans of them, with their text beside each.

    make.py OUT [SEED]

Pages: a red-headed document with a seal across its signature, running text in three faces, a notice with
numbers, a ruled table, two columns, small print. Each as a scan (150 dpi, grey ground, skewed by up to 1.3
degrees, noise, JPEG 45) and as a fax (1 bit, 204 dpi, specks, CCITT group 4 in TIFF).

Needs Pillow, numpy and the Debian package fonts-noto-cjk.
"""

import random
import sys
from pathlib import Path

import numpy
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

DATA = Path(__file__).resolve().parents[2] / "tests" / "data"
FONTS = Path("/usr/share/fonts/opentype/noto")
SONG = FONTS / "NotoSerifCJK-Regular.ttc"
SONG_BOLD = FONTS / "NotoSerifCJK-Bold.ttc"
HEI = FONTS / "NotoSansCJK-Regular.ttc"
SIMPLIFIED = 2  # the face in the collections
DPI = 300
A4 = (2480, 3508)
RED = (206, 32, 36)
NO_START = "，。、；：？！）》”’〕%℃"


def sentences(chance):
    prose = [
        line.strip()
        for line in (DATA / "prose.tsv").read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]
    spoken = [
        line.split("\t")[0].replace("[", "").replace("]", "")
        for line in (DATA / "polyphones.tsv").read_text(encoding="utf-8").splitlines()
        if "\t" in line and not line.startswith("#")
    ]
    prose = [line for line in prose if line.isprintable() and len(line) >= 12]
    spoken = [line for line in spoken if 10 <= len(line) <= 60]
    chance.shuffle(prose)
    chance.shuffle(spoken)
    return prose, spoken


class Page:
    """A page at 300 dpi, and its lines."""

    def __init__(self):
        self.image = Image.new("RGB", A4, "white")
        self.draw = ImageDraw.Draw(self.image)
        self.text = []

    def font(self, path, points):
        return ImageFont.truetype(str(path), round(points * DPI / 72), index=SIMPLIFIED)

    def centred(self, y, text, path, points, fill="black", spacing=0):
        face = self.font(path, points)
        x = (A4[0] - sum(face.getlength(letter) + spacing for letter in text) + spacing) / 2
        for letter in text:
            self.draw.text((x, y), letter, font=face, fill=fill)
            x += face.getlength(letter) + spacing
        self.text.append(text)

    def paragraph(self, y, text, path, points, left=330, right=2150, leading=1.75, indent=2, end=3300):
        """Sets a paragraph; the y below it, or None where the page is full."""
        face = self.font(path, points)
        size = face.size
        lines, line, x = [], "", left + indent * size
        for at, letter in enumerate(text):
            width = face.getlength(letter)
            hangs = letter in NO_START
            if x + width > right + (size if hangs else 0):
                lines.append((line, left + (indent * size if not lines else 0)))
                line, x = "", left
            line += letter
            x += width
        lines.append((line, left + (indent * size if not lines else 0)))
        if y + len(lines) * size * leading > end:
            return None
        for line, x in lines:
            for letter in line:
                self.draw.text((x, y), letter, font=face, fill="black")
                x += face.getlength(letter)
            y += size * leading
        self.text.append(text)
        return y


def running(page, lines, y, path, points, **how):
    while lines:
        below = page.paragraph(y, lines[-1], path, points, **how)
        if below is None:
            break
        lines.pop()
        y = below
    return y


def red_head(chance, prose, number):
    page = Page()
    place = chance.choice(["青禾市", "白石县", "云岭区", "南坪市"])
    office = chance.choice(["民政局", "财政局", "人民政府办公室", "教育局"])
    page.centred(380, f"{place}{office}文件", SONG_BOLD, 42, RED, 20)
    code = {"民政局": "民", "财政局": "财", "人民政府办公室": "政办", "教育局": "教"}[office]
    page.centred(760, f"{place[0]}{code}发〔{chance.randint(2013, 2026)}〕{chance.randint(1, 99)}号", HEI, 16)
    page.draw.rectangle((330, 860, 2150, 867), fill=RED)
    page.centred(960, f"{place}{office}关于印发老年助餐", SONG_BOLD, 22)
    page.centred(1080, f"服务管理办法（试行）的通知", SONG_BOLD, 22)
    page.text[-2:] = ["".join(page.text[-2:])]
    page.draw.text((330, 1290), "各县（市、区）有关单位：", font=page.font(SONG, 16), fill="black")
    page.text.append("各县（市、区）有关单位：")
    y = running(page, prose, 1410, SONG, 16, end=2700)
    x = 1500
    face = page.font(SONG, 16)
    date = f"{chance.randint(2013, 2026)}年{chance.randint(1, 12)}月{chance.randint(1, 28)}日"
    page.draw.text((x, y + 130), f"{place}{office}", font=face, fill="black")
    page.draw.text((x, y + 250), date, font=face, fill="black")
    page.text += [f"{place}{office}", date]
    seal = Image.new("RGB", A4, "white")
    ring = ImageDraw.Draw(seal)
    middle, radius = (x + 230, y + 230), 248
    box = [middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius]
    ring.ellipse(box, outline=RED, width=14)
    ring.regular_polygon((*middle, 80), 5, fill=RED)
    page.image = ImageChops.multiply(page.image, seal)
    return page


def body(path, points):
    def made(chance, prose, number):
        page = Page()
        running(page, prose, 330, path, points)
        page.centred(3330, f"— {number} —", SONG, 14)
        return page

    return made


def notice(chance, prose, number):
    page = Page()
    page.centred(330, "关于做好今年补贴资金拨付工作的公告", HEI, 22)
    y = 560
    for at in range(1, 9):
        money = f"{chance.randint(1, 999)},{chance.randint(0, 999):03d}.{chance.randint(0, 99):02d}"
        share = f"{chance.randint(1, 99)}.{chance.randint(0, 9)}"
        phone = f"0{chance.randint(311, 999)}-{chance.randint(2000000, 8999999)}"
        text = chance.choice(
            [
                f"{at}．拨付{money}元，占全年预算的{share}%，比上年增长{chance.randint(1, 30)}个百分点。",
                f"{at}．自{chance.randint(2020, 2026)}年{chance.randint(1, 12)}月{chance.randint(1, 28)}日起施行，咨询电话：{phone}。",
                f"{at}．死亡率控制在{chance.randint(1, 9)}.{chance.randint(0, 9)}‰以内，面积不少于{chance.randint(100, 999)}平方米。",
                f"{at}．每人每月{chance.randint(100, 999)}元，共{chance.randint(1000, 9999)}人，合计{money}万元。",
            ]
        )
        y = page.paragraph(y, text, SONG, 16)
    running(page, prose, y, SONG, 16)
    return page


def table(chance, prose, number):
    page = Page()
    page.centred(330, "附件：各街道助餐点一览表", HEI, 18)
    columns = [330, 700, 1250, 1750, 2150]
    top, row = 520, 118
    face = page.font(SONG, 12)
    rows = [["街道", "助餐点", "电话", "份数"]]
    for at in range(18):
        rows.append(
            [
                chance.choice(["城东", "南湖", "新华", "人民", "胜利"]) + "街道",
                chance.choice(["幸福里", "清河", "梧桐", "长安", "和平"]) + "助餐点",
                f"0{chance.randint(311, 999)}-{chance.randint(2000000, 8999999)}",
                str(chance.randint(20, 480)),
            ]
        )
    for at, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            page.draw.text((columns[column] + 24, top + at * row + 30), cell, font=face, fill="black")
        page.text.append("".join(cells))
    for at in range(len(rows) + 1):
        page.draw.line((330, top + at * row, 2150, top + at * row), fill="black", width=4)
    for x in columns:
        page.draw.line((x, top, x, top + len(rows) * row), fill="black", width=4)
    return page


def two_columns(chance, prose, number):
    page = Page()
    running(page, prose, 330, SONG, 12, left=260, right=1180)
    running(page, prose, 330, SONG, 12, left=1300, right=2220)
    return page


KINDS = {
    "red": red_head,
    "song": body(SONG, 16),
    "hei": body(HEI, 16),
    "bold": body(SONG_BOLD, 15),
    "notice": notice,
    "table": table,
    "columns": two_columns,
    "small": body(SONG, 10.5),
}


def skewed(image, degrees):
    return image.rotate(degrees, Image.Resampling.BICUBIC, expand=False, fillcolor="white")


def scan(image, chance, noise):
    image = skewed(image, chance.uniform(-1.3, 1.3)).resize((1240, 1754), Image.Resampling.LANCZOS)
    image = image.filter(ImageFilter.GaussianBlur(chance.uniform(0.3, 0.7)))
    pixels = numpy.asarray(image, dtype=numpy.float32)
    shade = numpy.linspace(1.0, chance.uniform(0.9, 0.97), 1240)[None, :, None]
    pixels = (pixels * 0.9 + 18) * shade + noise.normal(0, 5, pixels.shape)
    return Image.fromarray(pixels.clip(0, 255).astype(numpy.uint8))


def fax(image, chance, noise):
    image = skewed(image, chance.uniform(-0.8, 0.8)).convert("L").resize((1687, 2386), Image.Resampling.LANCZOS)
    pixels = numpy.asarray(image, dtype=numpy.float32) + noise.normal(0, 22, (2386, 1687))
    dark = pixels < 140
    dark |= noise.random(dark.shape) < 0.0006
    return Image.fromarray(~dark)


def main():
    out = Path(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    out.mkdir(parents=True, exist_ok=True)
    chance, noise = random.Random(seed), numpy.random.default_rng(seed)
    prose, spoken = sentences(chance)
    for number, (name, make) in enumerate(KINDS.items(), 1):
        lines = chance.sample(prose, len(prose)) if number % 2 else chance.sample(spoken, 80)
        page = make(chance, lines, number)
        text = "\n".join(page.text) + "\n"
        scan(page.image, chance, noise).save(out / f"{name}.scan.jpg", quality=45, dpi=(150, 150))
        fax(page.image, chance, noise).save(out / f"{name}.fax.tif", compression="group4", dpi=(204, 204))
        for kind in ("scan", "fax"):
            (out / f"{name}.{kind}.txt").write_text(text, encoding="utf-8")


main()
