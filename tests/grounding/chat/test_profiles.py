"""The conventions of model families: which one a name means, and in which size pictures go out."""

from pathlib import Path

import pytest

from handeye.actions import Point, Size
from handeye.actions.errors import UsageError
from handeye.envs import Observation
from handeye.grounding.chat.profiles import PictureSize, Profile, profile_for, profiles


@pytest.mark.parametrize(
    ("model", "profile"),
    [
        ("remote:Qwen/Qwen2.5-VL-7B-Instruct", "qwen2.5-vl"),
        ("remote:qwen2.5vl:7b", "qwen2.5-vl"),
        ("remote:qwen2.5-coder:1.5b", "text-only"),
        ("remote:Qwen3-VL-8B-Instruct", "qwen3-vl"),
        ("remote:qwen3:4b", "text-only"),
        ("remote:ByteDance-Seed/UI-TARS-1.5-7B", "ui-tars-1.5"),
        ("remote:UI-TARS-7B-DPO", "ui-tars-1"),
        ("remote:mPLUG/GUI-Owl-1.5-8B", "gui-owl"),
        ("remote:inclusionAI/UI-Venus-1.5-8B", "ui-venus"),
        ("remote:inclusionAI/UI-Venus-Ground-7B", "ui-venus-ground"),
        ("remote:Tongyi-MAI/MAI-UI-8B", "mai-ui"),
        ("remote:google/gemini-2.5-pro", "gemini"),
        ("remote:meituan/EvoCUA-32B", "evocua"),
        ("remote:stepfun-ai/GELab-Zero-4B-preview", "step-gui"),
        ("remote:OS-Copilot/OS-Atlas-Base-7B", "os-atlas"),
        ("remote:THUDM/cogagent-9b-20241220", "cogagent"),
        ("remote:moonshotai/Kimi-VL-A3B-Instruct", "kimi-vl"),
        ("remote:osunlp/UGround-V1-7B", "uground-v1"),
        ("remote:osunlp/UGround", "uground"),
        ("remote:claude-sonnet-4-5", "claude"),
        ("remote:gpt-5-mini", "gpt"),
        ("remote:gpt-oss:20b", "text-only"),
        ("remote:microsoft/Phi-4-reasoning-vision-15B", "phi4"),
        ("remote:phi-4-mini", "text-only"),
        ("phi4:/models/ui-tars", "phi4"),
        ("remote:phi4:/models/ui-tars", "phi4"),
        ("scripted:/tmp/gpt-5/replies.json", "default"),
        ("remote:somebody/new-model", "default"),
    ],
)
def test_a_model_is_told_by_its_name(model: str, profile: str) -> None:
    assert profile_for(model).name == profile


def test_a_profile_can_be_named_and_must_be_known() -> None:
    assert profile_for("remote:gpt-5", "qwen3-vl").name == "qwen3-vl"
    with pytest.raises(UsageError, match="no profile called 'qwen3vl'") as caught:
        profile_for("remote:gpt-5", "qwen3vl")
    assert "qwen3-vl" in caught.value.fix


def test_every_family_that_sees_says_how_it_is_asked() -> None:
    assert len(profiles()) >= 20
    for profile in profiles().values():
        assert profile.eyes == bool("{phrase}" in profile.ground and profile.form), profile.name
        assert profile.eyes or not profile.direct


def test_the_table_in_the_documentation_is_that_of_the_profiles() -> None:
    text = (Path(__file__).parents[3] / "docs" / "models.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("| `")]
    listed = {cells[0].strip(" `"): cells[1].strip() for cells in rows if len(cells) >= 5}
    spaces = {"relative": "0 to 1", "1000": "0 to 1000", "999": "0 to 999", "pixels": "pixels"}
    assert listed == {
        name: (spaces[profile.space] + (", y first" if profile.axes == "yx" else ""))
        if profile.eyes
        else "none"
        for name, profile in profiles().items()
    }


@pytest.mark.parametrize(
    ("size", "by_28", "by_28_small", "by_32"),
    [
        ((1280, 720), (1288, 728), (1288, 728), (1280, 704)),
        ((1920, 1080), (1932, 1092), (1316, 728), (1920, 1088)),
        ((3840, 2160), (3836, 2156), (1316, 728), (3840, 2176)),
        ((100, 50), (112, 56), (112, 56), (96, 64)),
        ((5000, 400), (5012, 392), (3528, 280), (4992, 384)),
    ],
)
def test_sizes_are_those_of_smart_resize(
    size: tuple[int, int],
    by_28: tuple[int, int],
    by_28_small: tuple[int, int],
    by_32: tuple[int, int],
) -> None:
    """The expected sizes were computed with smart_resize of transformers 5.23."""
    rules = (
        PictureSize(multiple=28, min_pixels=3136, max_pixels=12845056),
        PictureSize(multiple=28, min_pixels=3136, max_pixels=1003520),
        PictureSize(multiple=32, min_pixels=4096, max_pixels=16777216),
    )
    for rule, expected in zip(rules, (by_28, by_28_small, by_32), strict=True):
        sent = rule.of(Size(width=size[0], height=size[1]))
        assert (sent.width, sent.height) == expected


def test_a_longest_side_keeps_the_proportions() -> None:
    sent = PictureSize(max_side=1568, max_pixels=1_150_000).of(Size(width=3840, height=2160))
    assert max(sent.width, sent.height) <= 1568
    assert sent.width * sent.height <= 1_150_000
    assert sent.width / sent.height == pytest.approx(16 / 9, rel=0.01)


def test_the_picture_is_sent_as_it_is_where_no_rule_says_otherwise(screen: Observation) -> None:
    assert Profile(name="x").shown(screen.screenshot) is screen.screenshot


def test_a_resized_picture_still_lies_over_the_same_input_units(screen: Observation) -> None:
    shown = profile_for("", "qwen2.5-vl").shown(screen.screenshot)
    assert shown.image.size == (1288, 728)
    assert shown.space.to_input(Point(x=1288, y=364)) == Point(x=1280, y=360)
    red = shown.image.getpixel((140, 222))
    assert isinstance(red, tuple)
    assert red[0] > 200 > red[1]
