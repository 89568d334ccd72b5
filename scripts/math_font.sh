#!/bin/sh
# Makes js/assets/r1-math.woff2 anew: STIX Two Math (SIL Open Font License 1.1, js/assets/OFL.txt), as the ziamath package on PyPI has
# it, cut down to what mathematics in a chat is made of. What of a sign grows (roots, brackets, sums) is kept by the font's MATH table.
# Without the slightly heavier letters for exponents (`ssty`), a fifth of the size.
# 270 traces of R1 distills have 150 commands of LaTeX; the ranges below cover all of them, and what belongs to the same families.
#
#     scripts/math_font.sh          needs pip, and a network to PyPI
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q "fonttools==4.68.0" "brotli==1.2.1"
"$work/venv/bin/pip" download -q --no-deps -d "$work" "ziamath==0.13"
unzip -q "$work"/ziamath-*.whl "ziamath/fonts/*" -d "$work"

signs="U+20-7E,U+A0,U+A7,U+AC,U+AF,U+B0,U+B1,U+B7,U+D7,U+F7"
accents="U+2C6,U+2C7,U+2D8-2DC,U+302-308,U+30C,U+332,U+338,U+20D6,U+20D7,U+203E,U+23B4,U+23B5,U+23DE,U+23DF"
greek="U+393-3A9,U+3B1-3C9,U+3D1,U+3D5,U+3D6,U+3F1,U+3F5"
marks="U+2010-2016,U+2018-201D,U+2020-2022,U+2026,U+2032-2034,U+2044,U+2061-2064"
arrows="U+2190-2199,U+21A6,U+21C0,U+21CC,U+21D0-21D5,U+27F5-27FA"
operators="U+2200-2213,U+2215-222E,U+2234-2237,U+223C,U+2241-2249,U+224D,U+2250,U+2254,U+2260-226B,U+226E-2271,U+227A-227D,U+2282-228B,U+228E,U+2293-2299,U+22A2-22A5,U+22A8,U+22B2-22B5,U+22C0-22C6,U+22EE-22F1,U+2A00-2A02,U+2A7D,U+2A7E,U+2AAF,U+2AB0"
fences="U+2308-230B,U+27E6-27EB,U+23D0"
shapes="U+25A0,U+25A1,U+25B3,U+25B5,U+25CB,U+25CF,U+2605,U+2660-2667,U+2713"
letters="U+2102,U+210A-2113,U+2115,U+2118-211D,U+2124,U+2128,U+212C,U+212F-2135,U+1D400-1D467,U+1D49C-1D4B5,U+1D538-1D550,U+1D6A8-1D6E1,U+1D6E2-1D71B,U+1D7CE-1D7E1"

"$work/venv/bin/pyftsubset" "$work/ziamath/fonts/STIXTwoMath-Regular.ttf" \
  --unicodes="$signs,$accents,$greek,$marks,$arrows,$operators,$fences,$shapes,$letters" \
  --layout-features=dtls,flac --no-hinting --drop-tables+=DSIG,GPOS --name-IDs=0,13,14 --obfuscate-names \
  --flavor=woff2 --output-file="$here/js/assets/r1-math.woff2"
ls -l "$here/js/assets/r1-math.woff2"
