"""Every address; the apps that own them are named, not imported."""

from django.contrib.auth import views as auth
from django.urls import include, path

from registry import views

urlpatterns = [
    path("", views.home, name="home"),
    path(
        "login/",
        auth.LoginView.as_view(
            template_name="registry/login.html", redirect_authenticated_user=True
        ),
        name="login",
    ),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("access/", views.access, name="access"),
    path("cohorts/<slug:cohort>/reports/", include("reports.urls")),
    path("api/cohorts/<slug:cohort>/reports/", include("reports.api_urls")),
    path("", include("outcomes.urls")),
]
