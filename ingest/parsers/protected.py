"""Office files behind a password, by msoffcrypto-tool."""

from __future__ import annotations

import io
from pathlib import Path

from rag.errors import EncryptedDocument

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LARGEST = 1024 * 1024 * 1024  # bytes of a file that is decrypted in memory


def unlocked(path: Path, password: str | None) -> io.BytesIO | None:
    """The decrypted bytes of a file that is encrypted, or None for one that is not.

    Raises:
        EncryptedDocument: it needs a password, or another one.
    """
    with path.open("rb") as file:
        if file.read(len(OLE)) != OLE:
            return None
        import msoffcrypto

        file.seek(0)
        try:
            office = msoffcrypto.OfficeFile(file)
            if not office.is_encrypted():
                return None
            if not password:
                raise EncryptedDocument(
                    f"{path.name}: an Office file behind a password. Give it with --password."
                )
            office.load_key(password=password, verify_password=True)
            plain = io.BytesIO()
            office.decrypt(plain)
        except EncryptedDocument:
            raise
        except Exception as error:
            # The library has an error class for each scheme, and others for damage.
            if not password:
                return None
            raise EncryptedDocument(
                f"{path.name}: the password doesn't open this Office file. Give the right one."
            ) from error
        plain.seek(0)
        return plain
