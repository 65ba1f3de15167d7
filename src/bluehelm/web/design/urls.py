"""Which address shows the components?"""

from django.urls import path

from bluehelm.web.design import views

app_name = "design"

urlpatterns = [path("", views.components, name="components")]
