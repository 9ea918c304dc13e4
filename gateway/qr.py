"""QR codes as SVG without style or script, so that they pass the content policy and print sharp."""

from __future__ import annotations

from markupsafe import Markup


def qr_svg(text: str, label: str) -> Markup:
    """The QR code of `text` (error level M, 4 modules of quiet zone) as an SVG element named `label` for readers."""
    import segno

    code = segno.make(text, error="m", micro=False)
    side = code.symbol_size(border=4)[0]
    path = "".join(_runs(row, y + 4) for y, row in enumerate(code.matrix))
    return Markup(
        '<svg class="qr" role="img" aria-label="{label}" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        '<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d="{path}"/></svg>'
    ).format(label=label, side=side, path=path)


def _runs(row: bytearray, y: int) -> str:
    """SVG path commands for the dark runs of one row of modules."""
    parts, x = [], 0
    while x < len(row):
        start = x
        while x < len(row) and row[x]:
            x += 1
        if x > start:
            parts.append(f"M{start + 4} {y}h{x - start}v1h-{x - start}z")
        x += 1
    return "".join(parts)
