"""Drawings of the products as inline SVG, so that the shop needs no image files."""

_SHAPES = {
    "lamp": '<path d="M58 96h34M75 96V62L96 34" {line}/><path d="M84 22l28 20-10 12-28-20z" '
    'fill="{tint}"/><path d="M74 96h2" {line}/><path d="M88 50l-14 30h52z" fill="#fff3c9" '
    'opacity=".75"/>',
    "floorlamp": '<path d="M80 104V34M64 104h32" {line}/><path d="M62 40l8-24h20l8 24z" '
    'fill="{tint}"/>',
    "notebook": '<rect x="50" y="18" width="60" height="84" rx="5" fill="{tint}"/>'
    '<path d="M60 18v84" stroke="#fff" stroke-opacity=".5" stroke-width="3"/>'
    '<rect x="70" y="34" width="30" height="14" rx="2" fill="#fff" opacity=".85"/>',
    "paper": '<rect x="56" y="28" width="56" height="72" rx="3" fill="#fff" stroke="{tint}" '
    'stroke-width="2"/><rect x="48" y="20" width="56" height="72" rx="3" fill="{tint}" '
    'opacity=".55"/><path d="M58 38h36M58 50h36M58 62h24" stroke="#fff" stroke-width="3"/>',
    "pen": '<path d="M48 96l6-20 50-50 14 14-50 50z" fill="{tint}"/>'
    '<path d="M48 96l6-20 14 14z" fill="#f3d9b1"/><path d="M97 33l14 14" stroke="#fff" '
    'stroke-width="4"/>',
    "stand": '<rect x="36" y="52" width="88" height="10" rx="3" fill="{tint}"/>'
    '<rect x="44" y="62" width="8" height="30" fill="{tint}"/>'
    '<rect x="108" y="62" width="8" height="30" fill="{tint}"/>'
    '<rect x="56" y="20" width="48" height="30" rx="3" fill="#cfd6de"/>',
    "cup": '<path d="M56 48h48l-5 52H61z" fill="{tint}"/><path d="M66 48V20M80 48V14M94 48V24" '
    "{line}/>",
    "stapler": '<path d="M38 84h84v8H38z" fill="#3b4049"/><path d="M42 70l70-22c8-2 12 4 12 10v8'
    'H42z" fill="{tint}"/>',
    "clip": '<path d="M62 84V42a18 18 0 0 1 36 0v46a12 12 0 0 1-24 0V50a6 6 0 0 1 12 0v32" '
    'fill="none" stroke="{tint}" stroke-width="6" stroke-linecap="round"/>',
    "mat": '<path d="M30 84l20-44h60l20 44z" fill="{tint}"/><rect x="66" y="52" width="28" '
    'height="18" rx="3" fill="#fff" opacity=".6"/>',
    "chair": '<rect x="58" y="16" width="44" height="42" rx="10" fill="{tint}"/>'
    '<rect x="52" y="62" width="56" height="12" rx="6" fill="{tint}"/>'
    '<path d="M80 74v18M60 102l20-10 20 10" {line}/>',
    "desk": '<rect x="28" y="40" width="104" height="9" rx="3" fill="{tint}"/>'
    '<path d="M44 49v50M116 49v50M36 99h16M108 99h16" {line}/>',
    "drawers": '<rect x="52" y="18" width="56" height="78" rx="5" fill="{tint}"/>'
    '<path d="M52 44h56M52 70h56" stroke="#fff" stroke-width="3"/>'
    '<path d="M74 32h12M74 58h12M74 84h12" stroke="#fff" stroke-width="4"/>',
    "mouse": '<rect x="58" y="22" width="44" height="74" rx="22" fill="{tint}"/>'
    '<path d="M80 22v26" stroke="#fff" stroke-width="2"/><rect x="77" y="36" width="6" '
    'height="14" rx="3" fill="#fff"/>',
    "printer": '<rect x="44" y="46" width="72" height="40" rx="6" fill="{tint}"/>'
    '<rect x="58" y="22" width="44" height="26" fill="#fff" stroke="#cfd6de" stroke-width="2"/>'
    '<rect x="58" y="72" width="44" height="30" fill="#fff" stroke="#cfd6de" stroke-width="2"/>',
}
_LINE = 'fill="none" stroke="#5b6270" stroke-width="5" stroke-linecap="round"'


def picture(shape: str, tint: str) -> str:
    """An SVG drawing, hidden from assistive technology: the name stands next to it."""
    drawing = _SHAPES[shape].format(tint=tint, line=_LINE)
    return f'<svg class="picture" viewBox="0 0 160 120" aria-hidden="true">{drawing}</svg>'
