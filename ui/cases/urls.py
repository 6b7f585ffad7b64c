"""The addresses of the screens of cases, under /o/<slug>/."""

from django.urls import path

from ui.cases import (
    acts,
    board,
    event,
    fields,
    inbox,
    listing,
    opening,
    page,
    timeline,
    timeline_file,
    verification,
)

urlpatterns = [
    path("inbox", inbox.inbox, name="inbox"),
    path("inbox/read", inbox.read, name="inbox_read"),
    path("boards", board.boards, name="boards"),
    path("boards/<str:key>", board.board, name="board"),
    path("timeline", timeline.timeline, name="timeline"),
    path("timeline/<uuid:event_id>", event.event, name="event"),
    path("timeline/verification", verification.of_organization, name="verification"),
    path("cases", listing.cases, name="cases"),
    path("cases/new", opening.new_case, name="new_case"),
    path("cases/<str:number>", page.case_page, name="case"),
    path("cases/<str:number>/timeline.<str:format>", timeline_file.timeline_file, name="case_timeline_file"),
    path("cases/<str:number>/title", fields.title, name="case_title"),
    path("cases/<str:number>/fields/<str:key>", fields.field, name="case_field"),
    path("cases/<str:number>/seen", inbox.seen, name="case_seen"),
    path("cases/<str:number>/comments", acts.comment, name="case_comment"),
    path("cases/<str:number>/verification", verification.of_case, name="case_verification"),
    path("cases/<str:number>/<str:name>", acts.act, name="case_act"),
]
