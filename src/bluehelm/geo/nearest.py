"""Which of some places is nearest to a point, and how far away is it?

On a sphere the nearest place by the straight line through the earth is the nearest over ground, so that a tree of
points in space finds it; the distance is then measured over ground.
"""

import numpy as np
import numpy.typing as npt

from bluehelm.geo.areas import Points, distance_km

Places = npt.NDArray[np.int64]


def nearest(latitude: Points, longitude: Points, to_latitude: Points, to_longitude: Points) -> tuple[Places, Points]:
    """For every point the number of the nearest place and its distance in km; there is at least one place."""
    from scipy.spatial import KDTree

    _, number = KDTree(_in_space(to_latitude, to_longitude)).query(_in_space(latitude, longitude))
    number = np.asarray(number, dtype=np.int64)
    return number, distance_km(latitude, longitude, to_latitude[number], to_longitude[number])


def _in_space(latitude: Points, longitude: Points) -> Points:
    phi, theta = np.radians(latitude), np.radians(longitude)
    return np.column_stack((np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)))
