"""The visual language in one place: colours, type, spacing, sizes. Light record, dark pictures."""

from dataclasses import dataclass

import flet as ft


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one surface, as #RRGGBB."""

    ground: str
    """Behind everything."""
    surface: str
    """Cards, fields, bars."""
    ink: str
    """Text."""
    quiet: str
    """Secondary text."""
    line: str
    """Edges that only decorate."""
    edge: str
    """Edges one must see: of fields and buttons."""
    accent: str
    """What can be pressed; where the focus is."""
    on_accent: str
    """Text on the accent."""
    tint: str
    """Ground of what is chosen or pointed at."""
    good: str
    good_ground: str
    care: str
    care_ground: str
    bad: str
    bad_ground: str


RECORD = Palette(
    ground="#F8F5EF",
    surface="#FFFFFF",
    ink="#20282B",
    quiet="#556065",
    line="#E2DCD0",
    edge="#7D7F7C",
    accent="#1D5C63",
    on_accent="#FFFFFF",
    tint="#E3EEED",
    good="#24593A",
    good_ground="#E4F1E7",
    care="#6E4600",
    care_ground="#FDF1DA",
    bad="#8F2A1E",
    bad_ground="#FBE9E6",
)

PICTURES = Palette(
    ground="#0B0D0E",
    surface="#171B1D",
    ink="#ECEAE4",
    quiet="#A7AFB1",
    line="#2A3033",
    edge="#70797D",
    accent="#86C8C3",
    on_accent="#08201F",
    tint="#24302F",
    good="#9ED3AC",
    good_ground="#17261C",
    care="#F0C67E",
    care_ground="#2B2110",
    bad="#F2A79C",
    bad_ground="#2F1714",
)


class Space:
    """Distances in logical pixels."""

    HAIR = 4
    SMALL = 8
    MEDIUM = 16
    LARGE = 24
    WIDE = 40


class Size:
    """Sizes in logical pixels."""

    TARGET = 48
    """Least width and height of what is pressed (WCAG 2.5.5 asks for 44)."""
    READING = 640
    """Widest column of text."""
    NARROW = 600
    """Below this page width there is one column."""
    ROUND = 12
    FIELD_ROUND = 8
    ICON = 24


class Type:
    """Sizes of text in logical pixels; the person's own text scale comes on top."""

    TITLE = 28
    HEADING = 20
    BODY = 16
    SMALL = 14


ROWS_A_PAGE = 100
"""Long lists are cut into pages of so many rows: more make every update of the page slow."""


def title(text: str, palette: Palette = RECORD) -> ft.Text:
    """The name of a screen."""
    return ft.Text(text, size=Type.TITLE, weight=ft.FontWeight.W_500, color=palette.ink)


def heading(text: str, palette: Palette = RECORD) -> ft.Text:
    """The name of a part of a screen."""
    return ft.Text(text, size=Type.HEADING, weight=ft.FontWeight.W_500, color=palette.ink)


def body(text: str, palette: Palette = RECORD) -> ft.Text:
    """Text to be read."""
    return ft.Text(text, size=Type.BODY, color=palette.ink)


def quiet(text: str, palette: Palette = RECORD) -> ft.Text:
    """Text beside what matters."""
    return ft.Text(text, size=Type.SMALL, color=palette.quiet)


def flet_theme(palette: Palette) -> ft.Theme:
    """Flet's own controls in these colours."""
    return ft.Theme(
        color_scheme=_scheme(palette),
        scaffold_bgcolor=palette.ground,
        focus_color=ft.Colors.with_opacity(0.18, palette.accent),
        hover_color=ft.Colors.with_opacity(0.06, palette.accent),
        splash_color=ft.Colors.with_opacity(0.10, palette.accent),
        visual_density=ft.VisualDensity.STANDARD,
        page_transitions=ft.PageTransitionsTheme(
            linux=ft.PageTransitionTheme.NONE,
            macos=ft.PageTransitionTheme.NONE,
            windows=ft.PageTransitionTheme.NONE,
        ),
    )


def _scheme(palette: Palette) -> ft.ColorScheme:
    return ft.ColorScheme(
        primary=palette.accent,
        on_primary=palette.on_accent,
        primary_container=palette.tint,
        on_primary_container=palette.ink,
        secondary=palette.accent,
        on_secondary=palette.on_accent,
        secondary_container=palette.tint,
        on_secondary_container=palette.ink,
        surface=palette.surface,
        on_surface=palette.ink,
        on_surface_variant=palette.quiet,
        surface_container_highest=palette.tint,
        surface_tint=palette.surface,
        outline=palette.edge,
        outline_variant=palette.line,
        error=palette.bad,
        on_error=palette.surface,
        error_container=palette.bad_ground,
        on_error_container=palette.bad,
    )


def dress(page: ft.Page) -> None:
    """Give a page the record's look. The viewer brings its own dark part."""
    page.title = "Scanfolio"
    page.theme_mode = ft.ThemeMode.LIGHT
    page.theme = flet_theme(RECORD)
    page.bgcolor = RECORD.ground
    page.padding = 0
    page.spacing = 0
