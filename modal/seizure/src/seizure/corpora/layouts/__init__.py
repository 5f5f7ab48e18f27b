"""Layouts of corpora: each says what it looks for, whether a folder fits, and reads it."""

from __future__ import annotations

from seizure.corpora.layouts import bids, chb_mit, plain, seizeit1, siena, tusz
from seizure.corpora.layouts.layout import Layout

#: In the order in which they are tried: plain takes any folder with EDF files.
LAYOUTS: dict[str, Layout] = {
    "tusz": tusz.LAYOUT,
    "chb-mit": chb_mit.LAYOUT,
    "siena": siena.LAYOUT,
    "seizeit1": seizeit1.LAYOUT,
    "bids": bids.LAYOUT,
    "plain": plain.LAYOUT,
}
