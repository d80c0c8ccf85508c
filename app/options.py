"""How Streamlit is told to serve Footnote: private, quiet, in our colours.

They are passed on the command line, because Streamlit looks for a configuration file only in the
folder in which it is started.
"""

from __future__ import annotations

LARGEST_UPLOAD = 1000  # MB a file

_COLOURS = {
    "light": {
        "primaryColor": "#1f5f8b",
        "backgroundColor": "#fdfcfa",
        "secondaryBackgroundColor": "#f3f1ec",
        "textColor": "#22262b",
        "borderColor": "#dedad2",
    },
    "dark": {
        "primaryColor": "#8fc1e8",
        "backgroundColor": "#16181b",
        "secondaryBackgroundColor": "#212429",
        "textColor": "#e8e6e1",
        "borderColor": "#3a3e45",
    },
}


def options(port: int, *, address: str = "localhost") -> list[str]:
    """Arguments for `streamlit run`, which opens no browser itself."""
    told = {
        "server.address": address,
        "server.port": str(port),
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "server.maxUploadSize": str(LARGEST_UPLOAD),
        "runner.postScriptGC": "false",  # see service._settle
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "theme.headingFont": "serif",
        # What app.css says as well, but before it has come.
        "theme.headingFontSizes": "1.7rem",
        "theme.headingFontWeights": "500",
        "theme.baseRadius": "medium",
    }
    for theme, colours in _COLOURS.items():
        told |= {f"theme.{theme}.{name}": colour for name, colour in colours.items()}
    return [f"--{name}={value}" for name, value in told.items()]
