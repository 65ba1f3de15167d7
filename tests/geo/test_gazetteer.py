"""Does a name find every place that it may mean, and choose none?"""

from bluehelm.geo.gazetteer import Place, called, spelling


def place(number, name, *further, population=0):
    return Place(number, name, further, "SS", "SSD", 4.0, 31.0, population)


PLACES = [
    place(1, "Bor", population=10),
    place(2, "Bor", population=500),
    place(3, "Krasnyy Bor", "Bor", population=900),
    place(4, "N'Djaména", "Ndjamena", "N Djamena", population=700),
    place(5, "جوبا", "Juba"),
]


def test_case_accents_blanks_and_hyphens_do_not_matter():
    assert spelling("  N'DJAMÉNA ") == spelling("n djamena") == spelling("N-Djamena")
    assert [of.geonames_id for of in called("n'djamena", PLACES)] == [4]


def test_every_place_of_a_name_is_listed_own_names_first_then_largest_first():
    assert [of.geonames_id for of in called("BOR", PLACES)] == [2, 1, 3]


def test_a_name_in_another_script_is_found():
    assert [of.geonames_id for of in called("جوبا", PLACES)] == [5]
    assert [of.geonames_id for of in called("juba", PLACES)] == [5]


def test_nothing_is_called_nothing():
    assert called("", PLACES) == []
    assert called(" - ", PLACES) == []
