"""Picture files of every kind, good and bad."""

import os
import struct
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from handeye.actions.errors import ImageError
from handeye.grounding.images import load_screenshot


def left_red(size: tuple[int, int] = (40, 20)) -> Image.Image:
    """Red on the left half, white on the right."""
    image = Image.new("RGB", size, "white")
    image.paste((255, 0, 0), (0, 0, size[0] // 2, size[1]))
    return image


def png_of_size(width: int, height: int) -> bytes:
    """A PNG that says it is that large and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 100)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_plain_files_keep_their_bytes(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"screen{suffix}"
    left_red().save(path)
    shot = load_screenshot(path).screenshot
    assert shot.data == path.read_bytes()
    assert shot.format == ("png" if suffix == ".png" else "jpeg")
    assert (shot.space.size.width, shot.space.size.height) == (40, 20)
    assert load_screenshot(path).elements is None


@pytest.mark.parametrize(
    ("name", "mode"),
    [("a.png", "P"), ("a.png", "L"), ("a.jpg", "CMYK"), ("a.webp", "RGB"), ("a.bmp", "RGB")],
)
def test_other_kinds_become_the_same_colours(tmp_path: Path, name: str, mode: str) -> None:
    path = tmp_path / name
    left_red((64, 32)).convert(mode).save(path)
    image = load_screenshot(path).screenshot.image
    expected = left_red((64, 32)).convert(mode).convert("RGB")
    for spot in ((10, 10), (50, 10)):
        pairs = zip(image.getpixel(spot), expected.getpixel(spot), strict=True)
        assert all(abs(got - wanted) < 12 for got, wanted in pairs)


def test_transparent_is_white(tmp_path: Path) -> None:
    for name, image in (
        ("rgba.png", Image.new("RGBA", (8, 8), (0, 0, 0, 0))),
        ("palette.png", Image.new("RGBA", (8, 8), (0, 0, 0, 0)).quantize(8)),
    ):
        image.save(tmp_path / name)
        assert load_screenshot(tmp_path / name).screenshot.image.getpixel((4, 4)) == (255,) * 3


def test_sixteen_bits_keep_their_shades(tmp_path: Path) -> None:
    Image.new("I;16", (8, 8), 0x8000).save(tmp_path / "deep.png")
    shade = load_screenshot(tmp_path / "deep.png").screenshot.image.getpixel((4, 4))
    assert all(abs(value - 128) <= 1 for value in shade)


def test_an_animation_is_its_first_frame(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert load_screenshot(tmp_path / "a.gif").screenshot.image.getpixel((4, 4)) == (255, 0, 0)


def test_a_turned_photo_stands_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter to the right to see it upright
    left_red().save(tmp_path / "a.jpg", exif=exif, quality=95)
    shot = load_screenshot(tmp_path / "a.jpg").screenshot
    assert shot.image.size == (20, 40)
    assert (shot.space.size.width, shot.space.size.height) == (20, 40)
    red, green, _ = shot.image.getpixel((10, 5))
    assert red > 200
    assert green < 60


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"hello, this is text", "no picture"),
        (png_of_size(20_000, 20_000), "pixels"),
        (png_of_size(0, 10), "damaged|no picture"),
        (png_of_size(200, 200), "damaged"),
        (b"\x89PNG\r\n\x1a\n", "damaged|no picture"),
        (b"GIF89a", "damaged|no picture"),
        (b"\xff\xd8\xff\xe0", "damaged|no picture"),
    ],
)
def test_bad_files_are_one_clear_error(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "bad.png"
    path.write_bytes(data)
    with pytest.raises(ImageError, match=said):
        load_screenshot(path)


def test_a_file_that_is_cut_off(tmp_path: Path) -> None:
    for name in ("a.png", "a.jpg", "a.webp"):
        path = tmp_path / name
        Image.effect_noise((200, 200), 80).convert("RGB").save(path)
        path.write_bytes(path.read_bytes()[:2000])
        with pytest.raises(ImageError):
            load_screenshot(path)


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="does not exist"):
        load_screenshot(tmp_path / "none.png")
    with pytest.raises(ImageError, match="folder"):
        load_screenshot(tmp_path)
    with pytest.raises(ImageError):
        load_screenshot(tmp_path / "a\0b.png")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes are named differently there")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(ImageError, match="no file"):
        load_screenshot(tmp_path / "pipe.png")
