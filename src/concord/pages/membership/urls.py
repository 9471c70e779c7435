"""Addresses of membership: signing in, one's account, authorities, offices, signatures, editions."""

from __future__ import annotations

from django.urls import include, path

from concord.pages.membership.views import (
    account,
    editions,
    members,
    people,
    sign_in,
    signatures,
    statements,
    variations,
)

_MEMBERS = "alliances/<slug:alliance>/members/"
_MEMBER = f"{_MEMBERS}<slug:code>/"
_SIGNATURES = "alliances/<slug:alliance>/signatures/"
_EDITIONS = "alliances/<slug:alliance>/editions/"

urlpatterns = [
    # Before allauth's own, which would let a person change the address that they were invited by.
    path("account/login/", sign_in.sign_in),
    path("account/logout/", sign_in.sign_out),
    path("account/signup/", sign_in.not_offered),
    path("account/email/", sign_in.not_offered),
    path("account/3rdparty/signup/", sign_in.not_offered),
    path("account/", include("allauth.account.urls")),
    path("account/second-step/", include("allauth.mfa.urls")),
    path("account/3rdparty/", include("allauth.socialaccount.urls")),
    path("account/", include("allauth.socialaccount.providers.openid_connect.urls")),
    # After allauth's own: the last of a name is the one that links lead to.
    path("sign-in/", sign_in.sign_in, name="account_login"),
    path("sign-out/", sign_in.sign_out, name="account_logout"),
    path("demo-sign-in/", sign_in.demo_sign_in, name="demo_sign_in"),
    path("me/", account.me, name="me"),
    path("me/delegate/<int:number>/", account.hand_on, name="delegate"),
    path("me/delegations/<int:number>/end/", account.take_back, name="end_delegation"),
    path("accessibility/", statements.accessibility, name="accessibility"),
    path("sources/", statements.sources, name="sources"),
    path(_MEMBERS, members.members, name="members"),
    path("alliances/<slug:alliance>/join/", members.join, name="join"),
    path(f"{_MEMBER}about/", members.about, name="member_about"),
    path(f"{_MEMBER}participation/", members.participate, name="participate"),
    path(f"{_MEMBER}sub-region/", members.sub_region, name="sub_region"),
    path(f"{_MEMBER}judgements/new/", members.judge, name="judge"),
    path("alliances/<slug:alliance>/variations/", variations.every, name="every_variation"),
    path(f"{_MEMBER}variations/", variations.variations, name="variations"),
    path(f"{_MEMBER}variations/new/", variations.propose, name="propose_variation"),
    path(f"{_MEMBER}variations/<int:number>/<slug:verb>/", variations.move, name="move_variation"),
    path("alliances/<slug:alliance>/people/", people.people, name="people"),
    path("alliances/<slug:alliance>/people/appoint/", people.appoint_somebody, name="appoint"),
    path("alliances/<slug:alliance>/people/<int:number>/leave/", people.leave, name="leave"),
    path(_SIGNATURES, signatures.board, name="signatures"),
    path(f"{_SIGNATURES}<slug:code>/", signatures.signature_page, name="signature_page"),
    path(f"{_SIGNATURES}<slug:code>/signature-page.pdf", signatures.signature_pdf, name="signature_pdf"),
    path(f"{_SIGNATURES}<slug:code>/<slug:office>/paper/", signatures.paper, name="sign_on_paper"),
    path(f"{_SIGNATURES}<slug:code>/<slug:office>/<slug:verb>/", signatures.answer, name="answer"),
    path(_EDITIONS, editions.editions, name="editions"),
    path(f"{_EDITIONS}review/", editions.ask_review, name="ask_review"),
    path(f"{_EDITIONS}<slug:key>/", editions.edition, name="edition"),
    path(f"{_EDITIONS}<slug:key>/file/", editions.edition_file, name="edition_file"),
    path(f"{_EDITIONS}<slug:key>/revoke/", editions.revoke, name="revoke"),
    path(f"{_EDITIONS}<slug:key>/review-held/", editions.review_held, name="review_held"),
    path(f"{_EDITIONS}<slug:key>/review-held/<int:number>/", editions.review_held, name="review_answered"),
]
