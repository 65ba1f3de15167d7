"""Which address shows what of posts?"""

from django.urls import path

from bluehelm.web.posts import views

app_name = "posts"
urlpatterns = [
    path("posts/", views.mine, name="mine"),
    path("posts/choose/", views.choose, name="choose"),
    path("posts/all/", views.post_list, name="list"),
    path("posts/new/", views.new_post, name="new"),
    path("posts/new-organisation/", views.new_organisation, name="new-organisation"),
    path("posts/rights/", views.rights_page, name="rights"),
    path("posts/glass/", views.break_glass, name="glass"),
    path("posts/glass/<int:number>/close/", views.close_glass, name="close-glass"),
    path("posts/glass/<int:number>/seen/", views.acknowledge_glass, name="acknowledge-glass"),
    path("posts/look-away/", views.look_away, name="look-away"),
    path("posts/vacate/<int:number>/", views.vacate, name="vacate"),
    path("posts/post/<slug:code>/", views.post_page, name="post"),
    path("posts/post/<slug:code>/occupy/", views.occupy, name="occupy"),
    path("posts/post/<slug:code>/look-through/", views.look_through, name="look-through"),
    path("api/posts/", views.mine_json, name="mine-json"),
    path("api/posts/all/", views.list_json, name="list-json"),
    path("api/posts/rights/", views.rights_json, name="rights-json"),
    path("api/posts/post/<slug:code>/", views.post_json, name="post-json"),
]
