"""How does a template write a word of a plan by its title?"""

from django import template

from bluehelm.plans.names import word_name
from bluehelm.web.plans.words import title_of

register = template.Library()
register.filter("titled", title_of)
register.filter("named", word_name)
