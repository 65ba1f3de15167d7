"""How is a small file in the shape of UCDP's yearly release made for a test?"""

import csv
import io
import random

HEADER = (
    "id,relid,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,conflict_name,"
    "dyad_dset_id,dyad_new_id,dyad_name,side_a_dset_id,side_a_new_id,side_a,side_b_dset_id,side_b_new_id,side_b,"
    "number_of_sources,source_article,source_office,source_date,source_headline,source_original,where_prec,"
    "where_coordinates,where_description,adm_1,adm_2,latitude,longitude,geom_wkt,priogrid_gid,country,country_id,"
    "region,event_clarity,date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,deaths_unknown,best,"
    "high,low,gwnoa,gwnob"
).split(",")


def ged_row(number: int, **changes: object) -> dict[str, str]:
    """One sound row; `changes` replace cells."""
    chance = random.Random(number)
    latitude, longitude = round(chance.uniform(4, 11), 4), round(chance.uniform(25, 34), 4)
    year, month, day = chance.randint(2012, 2016), chance.randint(1, 12), chance.randint(1, 28)
    deaths = chance.randint(0, 30)
    row: dict[str, object] = dict.fromkeys(HEADER, "") | {
        "id": number,
        "year": year,
        "active_year": 1,
        "code_status": "Clear",
        "type_of_violence": chance.randint(1, 3),
        "conflict_name": "North, South",
        "side_a": "Side A",
        "side_b": "Side B",
        "number_of_sources": -1,
        "source_headline": f'Said "so", {number}',
        "where_prec": 1,
        "where_coordinates": "A place",
        "latitude": latitude,
        "longitude": longitude,
        "priogrid_gid": int((latitude + 90) * 2) * 720 + int((longitude + 180) * 2) + 1,
        "country": "South Sudan",
        "country_id": 626,
        "event_clarity": 1,
        "date_prec": 1,
        "date_start": f"{year}-{month:02d}-{day:02d} 00:00:00",
        "date_end": f"{year}-{month:02d}-{day:02d}T00:00:00",
        "deaths_a": deaths,
        "deaths_b": 0,
        "deaths_civilians": 0,
        "deaths_unknown": 0,
        "best": deaths,
        "low": deaths,
        "high": deaths,
    }
    return {name: str(value) for name, value in (row | changes).items()}


def ged_text(rows: list[dict[str, str]], line_end: str = "\n") -> str:
    """The rows as CSV with the 49 columns of the yearly release."""
    text = io.StringIO()
    writer = csv.DictWriter(text, HEADER, lineterminator=line_end)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
