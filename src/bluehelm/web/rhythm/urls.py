"""Which address shows what of the mission calendar?"""

from django.urls import path

from bluehelm.web.rhythm import views

app_name = "rhythm"
urlpatterns = [
    path("calendar/", views.calendar, name="calendar"),
    path("api/calendar/", views.calendar_json, name="calendar-json"),
    path("calendar/done/", views.done, name="done"),
    path("calendar/dates/", views.set_date, name="set-date"),
    path("calendar/dates/<int:number>/withdraw/", views.withdraw_date, name="withdraw-date"),
]
