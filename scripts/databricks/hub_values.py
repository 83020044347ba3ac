"""Values of Spark and pandas as JSON, and source times as the hub reads them."""

import base64
import datetime
import decimal
import re
import uuid

UTC = datetime.timezone.utc

# What Spark, pandas and Qobrix write for "no value"; the hub reads them the same way.
MISSING = {"", "nan", "none", "null", "nat", "<na>"}
MISSING_TEXT = {"", "nan", "NaN", "None", "null", "NULL", "NaT", "<NA>"}


def to_json(value, where="value"):
    """A value as the contract wants it: exact decimals as text, times in UTC, bytes as base64, rows as objects.

    Infinity goes out as text: the hub rejects the record when it is a price and warns anywhere else, as for every number
    that cannot be read. A time without zone is the wall clock of this process: so Spark hands out its timestamps,
    whatever the time zone of the session.

    Raises ValueError naming `where` for a value that has no form in JSON, such as an interval.
    """
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if type(value).__name__ in ("NaTType", "NAType"):  # pandas; a NaT claims to be a datetime
        return None
    if isinstance(value, float):
        return None if value != value else _finite(value)
    if isinstance(value, decimal.Decimal):
        return None if value.is_nan() else format(value, "f")
    if isinstance(value, datetime.datetime):
        return _utc(value, where).replace(tzinfo=None).isoformat() + "Z"
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, uuid.UUID):
        return str(value)
    if hasattr(value, "asDict"):
        value = value.asDict()
    if isinstance(value, dict):
        return {_name(name, where): to_json(item, f"{where}.{name}") for name, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [to_json(item, f"{where}[{number}]") for number, item in enumerate(value)]
    for method in ("toPython", "tolist"):  # a variant of Spark 4; a scalar or array of numpy
        if hasattr(value, method):
            return to_json(getattr(value, method)(), where)
    raise ValueError(f"{where} holds a {type(value).__name__}, which has no form in JSON: cast it in gold ({str(value)[:60]!r})")


def record_to_json(record, key_field):
    """A record with every value as JSON; an error names its key and field."""
    key = record.get(key_field)
    return {name: to_json(value, f"{key_field} {key!r}, field {name}") for name, value in record.items()}


def _finite(value):
    return value if value - value == 0 else "Infinity" if value > 0 else "-Infinity"


def _name(value, where):
    """A key of a map as the name of a member."""
    name = to_json(value, where)
    if isinstance(name, bool):
        return "true" if name else "false"
    if name is None or isinstance(name, (dict, list)):
        raise ValueError(f"{where} is a map with the key {value!r}, which cannot name a member in JSON")
    return str(name)


def _utc(value, where):
    try:
        return value.astimezone(UTC)
    except (OverflowError, ValueError, OSError):
        raise ValueError(f"{where} holds {value!r}, which is no time in UTC: a placeholder such as year 1 belongs to null") from None


def without_zones(row, schema):
    """The values of a row, with the timestamps that mean no zone (timestamp_ntz) set to UTC, as the hub reads such.

    Spark hands out both of its timestamp types alike; only the schema tells them apart.
    """
    values = row.asDict()
    values.update({field.name: _ntz_as_utc(values[field.name], field.dataType) for field in schema if _has_ntz(field.dataType)})
    return values


def _has_ntz(kind):
    return "timestamp_ntz" in kind.simpleString()


def _ntz_as_utc(value, kind):
    name = kind.typeName()
    if value is None or not _has_ntz(kind):
        return value
    if name == "timestamp_ntz":
        return value.replace(tzinfo=UTC)
    if name == "array":
        return [_ntz_as_utc(item, kind.elementType) for item in value]
    if name == "map":
        return {_ntz_as_utc(key, kind.keyType): _ntz_as_utc(item, kind.valueType) for key, item in value.items()}
    return without_zones(value, kind.fields)


_moment = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?\s*(?:(Z|UTC)|([+-]\d\d):?(\d\d)?)?)?", re.I)


def to_moment(value):
    """A source time as the hub reads it, in UTC; None when there is none. Without a zone it is UTC.

    A day alone counts to its end: who changed a record at noon of that day wrote no more than the day.
    """
    value = to_json(value)
    if isinstance(value, (int, float)) or (isinstance(value, str) and value.isascii() and value.isdigit()):
        return _from_milliseconds(int(value))
    match = _moment.fullmatch(value.strip()) if isinstance(value, str) else None
    if not match:
        return None
    day, time, second, fraction, _, hours, minutes = match.groups()
    try:
        if time is None:
            return datetime.datetime.fromisoformat(f"{day}T23:59:59.999999+00:00")
        zone = f"{hours}:{minutes or '00'}" if hours else "+00:00"
        return datetime.datetime.fromisoformat(f"{day}T{time}:{second or '00'}.{(fraction or '0')[:6]:0<6}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _from_milliseconds(number):
    """Integers above 1e11 are milliseconds since 1970; smaller ones are no time."""
    if number <= 1e11:
        return None
    try:
        return datetime.datetime(1970, 1, 1, tzinfo=UTC) + datetime.timedelta(milliseconds=number)
    except OverflowError:
        return None
