import pytest

from registry.secrets import MissingSecret, make_secret, read_secret


def test_the_environment_comes_first_then_the_file_it_names_then_the_home(tmp_path):
    make_secret("SECRET_KEY", tmp_path)
    (tmp_path / "mounted").write_text("from a file\n")
    named = {"SECRET_KEY_FILE": str(tmp_path / "mounted")}
    assert read_secret("SECRET_KEY", tmp_path, {"SECRET_KEY": "given", **named}) == (
        "given"
    )
    assert read_secret("SECRET_KEY", tmp_path, named) == "from a file"
    assert len(read_secret("SECRET_KEY", tmp_path, {})) >= 50


def test_a_missing_secret_is_named(tmp_path):
    with pytest.raises(MissingSecret, match="AUDIT_KEY or AUDIT_KEY_FILE"):
        read_secret("AUDIT_KEY", tmp_path, {})


def test_a_secret_is_made_once_and_is_its_owners_alone(tmp_path):
    make_secret("AUDIT_KEY", tmp_path)
    first = read_secret("AUDIT_KEY", tmp_path, {})
    make_secret("AUDIT_KEY", tmp_path)
    assert read_secret("AUDIT_KEY", tmp_path, {}) == first
    assert (tmp_path / "secrets" / "audit_key").stat().st_mode & 0o777 == 0o600
