"""English short names of the countries that our stories are about (ISO 3166-1 alpha-2)."""

from __future__ import annotations

_NAMES = {
    "AF": "Afghanistan", "AL": "Albania", "AM": "Armenia", "AT": "Austria", "AU": "Australia", "AZ": "Azerbaijan",
    "BA": "Bosnia and Herzegovina", "BD": "Bangladesh", "BE": "Belgium", "BG": "Bulgaria", "BY": "Belarus",
    "CA": "Canada", "CH": "Switzerland", "CN": "China", "CZ": "Czechia", "DE": "Germany", "DK": "Denmark",
    "DZ": "Algeria", "EE": "Estonia", "EG": "Egypt", "ES": "Spain", "FI": "Finland", "FR": "France",
    "GB": "United Kingdom", "GE": "Georgia", "HR": "Croatia", "HU": "Hungary", "ID": "Indonesia", "IE": "Ireland",
    "IN": "India", "IQ": "Iraq", "IR": "Iran", "IT": "Italy", "JO": "Jordan", "KG": "Kyrgyzstan", "KW": "Kuwait",
    "KZ": "Kazakhstan", "LB": "Lebanon", "LT": "Lithuania", "LV": "Latvia", "LY": "Libya", "MA": "Morocco",
    "MD": "Moldova", "ME": "Montenegro", "MK": "North Macedonia", "MN": "Mongolia", "MV": "Maldives",
    "MY": "Malaysia", "NL": "Netherlands", "NO": "Norway", "PH": "Philippines", "PK": "Pakistan", "PL": "Poland",
    "QA": "Qatar", "RO": "Romania", "RS": "Serbia", "RU": "Russia", "SA": "Saudi Arabia", "SD": "Sudan",
    "SE": "Sweden", "SI": "Slovenia", "SK": "Slovakia", "SO": "Somalia", "SY": "Syria", "TJ": "Tajikistan",
    "TM": "Turkmenistan", "TN": "Tunisia", "TR": "Türkiye", "TT": "Trinidad and Tobago", "UA": "Ukraine",
    "US": "United States", "UZ": "Uzbekistan", "XK": "Kosovo", "YE": "Yemen",
}  # fmt: skip


def country_name(code: str) -> str:
    """The name of a country, or its code where we have none."""
    return _NAMES.get(code, code)
