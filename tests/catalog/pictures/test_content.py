"""What may be a picture: nothing that runs, loads, links or grows."""

import pytest

from catalog.pictures.content import PICTURE_BYTES_MAX, PictureInvalid, type_of

HEAD = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'


def svg(inside: bytes, before: bytes = b"") -> bytes:
    return before + HEAD + inside + b"</svg>"


@pytest.mark.parametrize(
    "content",
    [
        svg(b"<rect width='1' height='1' style='fill:red'/>"),
        svg(
            b"<g><path d='M0 0L1 1'/><text>Tea &amp; cake \xe8\x8c\xb6</text></g>", b"\xef\xbb\xbf"
        ),
        svg(
            b"<defs><linearGradient id='a'/></defs><circle fill='url(#a)'/>",
            b"<?xml version='1.0'?>",
        ),
    ],
)
def test_shapes_and_texts_are_a_picture(content: bytes) -> None:
    assert type_of(content) == "image/svg+xml"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html xmlns='http://www.w3.org/1999/xhtml'/>",
        b"<svg/>",
        b"GIF89a",
        b"RIFF1234WAVE",
        svg(b"<rect"),
        svg(b"<script>alert(1)</script>"),
        svg(b"<style>@import url(//evil.example)</style>"),
        svg(b"<rect onload='alert(1)'/>"),
        svg(b"<rect ONLOAD='alert(1)'/>"),
        svg(b"<a xlink:href='javascript:alert(1)'><rect/></a>"),
        svg(b"<text href='#a'>x</text>"),
        svg(b"<rect xlink:href='#a'/>"),
        svg(b"<image href='https://evil.example/a.png'/>"),
        svg(b"<use href='#a'/>"),
        svg(b"<pattern id='a'/>"),
        svg(b"<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>"),
        svg(b"<rect fill='url(https://evil.example/#a)'/>"),
        svg(b"<rect style='fill: URL( \"//evil.example/#a\" )'/>"),
        svg(b"<rect style='fill: u\\72l(//evil.example/#a)'/>"),
        svg(b"<animate attributeName='fill'/>"),
        svg(b"<svg/>"),
        svg(b"", b"<?xml-stylesheet href='//evil.example'?>"),
        svg(b"", b"<!DOCTYPE svg [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]>"),
        svg(b"", b"<?xml version='1.0' encoding='no-such'?>"),
        svg(b"<title>" + b"x" * PICTURE_BYTES_MAX + b"</title>"),
    ],
)
def test_whatever_could_run_load_or_grow_is_refused(content: bytes) -> None:
    with pytest.raises(PictureInvalid):
        type_of(content)
