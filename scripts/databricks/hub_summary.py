"""What gold held at the time of a FULL run, for the comparison with the hub (npm run verify)."""

import decimal
import hashlib

from hub_batches import key_of
from hub_values import MISSING, MISSING_TEXT

# Fields of a listing whose number of values and sum are compared.
SUMMED = ["ListPrice", "LeaseAmount", "BedroomsTotal", "LivingArea", "LotSizeSquareFeet", "YearBuilt"]
COUNTED = ["ListingId", "StandardStatus", "PropertyType", "City", "Country", "PublicRemarks", "ListAgentKey"]
MAPPED = ["StandardStatus", "PropertyType"]

# The longest key that a key list takes; a longer one was rejected, and names no record of the hub.
MAX_KEY = 520


class Summary:
    """Count, checksum and sums of what gold holds, as mls.integrity_report() computes them from the hub."""

    def __init__(self, resource):
        self.resource = resource
        self.keys = set()
        self.rejected = set()
        self.comparable = resource == "property"
        # keys whose fields are not compared: the hub did not apply what gold says of them, or gold says it twice
        self.left_out = set()
        # what each key added, to take it back
        self.counted = {}
        self.fields = {name: {"non_null": 0} for name in COUNTED}
        self.fields.update({name: {"non_null": 0, "sum": decimal.Decimal(0)} for name in SUMMED})
        self.values = {name: {} for name in MAPPED}

    def add(self, record, result):
        key = key_of(self.resource, record, result.get("key"))
        if result["outcome"] == "reject":
            self.rejected.update([key] if key else [])
            return
        if key in self.keys or result["outcome"] in ("stale", "skip"):
            self.left_out.add(key)
        self.keys.add(key)
        if self.comparable:
            self._count(key, record, {warning["field"] for warning in result.get("warnings", [])})

    def _count(self, key, record, unread):
        if key in self.left_out:
            for counted, part, number in self.counted.pop(key, []):
                counted[part] -= number
            return
        added = self.counted[key] = []
        for name, counted in self.fields.items():
            value = record.get(name)
            missing = MISSING if name in SUMMED else MISSING_TEXT
            text = str(value).strip()
            if value is None or name in unread or (text.lower() if name in SUMMED else text) in missing:
                continue
            added.append((counted, "non_null", 1))
            if name in SUMMED:
                try:
                    added.append((counted, "sum", decimal.Decimal(text)))
                except decimal.InvalidOperation:  # the hub reads a spelling that this does not
                    self.left_out.add(key)
        for name, seen in self.values.items():
            value = "" if record.get(name) is None else str(record[name]).strip()
            seen.setdefault(value, 0)
            added.append((seen, value, 1))
        if key in self.left_out:
            del self.counted[key]
            return
        for counted, part, number in added:
            counted[part] += number

    def all_keys(self):
        """Every key that gold holds; what was rejected is held too, so that a FULL run does not flag it as gone."""
        return sorted(key for key in self.keys | self.rejected if _utf16_units(key) <= MAX_KEY)

    def as_json(self):
        summary = {
            "count": len(self.keys),
            "key_checksum": sum(int(hashlib.md5(key.encode()).hexdigest()[:12], 16) for key in self.keys),
            # what the hub could not take: it may hold an older state of it
            "rejected": sorted(self.rejected - self.keys),
        }
        if self.comparable:
            summary["fields"] = {
                name: {part: float(number) if part == "sum" else number for part, number in counted.items()}
                for name, counted in self.fields.items()
            }
            summary["values"] = {name: {value: n for value, n in seen.items() if n} for name, seen in self.values.items()}
            summary["left_out"] = sorted(self.left_out - self.rejected)
        return summary


def _utf16_units(text):
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
