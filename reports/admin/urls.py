"""The staff's own pages, under /admin/ before Django's records."""

from django.urls import path

from . import batch, courts, figures, home, lines, review, themes, twins, uploads

app_name = "staff"
urlpatterns = [
    path("", home.home, name="home"),
    path("uploads/", uploads.uploads, name="uploads"),
    path("uploads/<int:pk>/", uploads.source, name="source"),
    path("uploads/<int:pk>/original/", uploads.original, name="original"),
    path("uploads/<int:pk>/pages/<int:number>/", uploads.page, name="page"),
    path("uploads/<int:pk>/read-again/", uploads.read_again, name="read_again"),
    path("uploads/<int:pk>/cancel/", uploads.cancel_reading, name="cancel_reading"),
    path("batches/<int:pk>/", batch.batch, name="batch"),
    path("batches/<int:pk>/state/", batch.state, name="batch_state"),
    path("batches/<int:pk>/rows/", batch.rows, name="batch_rows"),
    path("batches/<int:pk>/reports/<int:report_pk>/", batch.change, name="batch_change"),
    path("batches/<int:pk>/table/", batch.add_table, name="batch_table"),
    path("batches/<int:pk>/publish/", batch.publish, name="batch_publish"),
    path("review/", review.review_list, name="review_list"),
    path("review/publish/", review.publish_several, name="publish_several"),
    path("review/<int:pk>/", review.review, name="review"),
    path("review/<int:pk>/claims/<int:claim_pk>/", review.decide, name="decide"),
    path("review/<int:pk>/correct/", review.correct, name="correct"),
    path("review/<int:pk>/court/", review.add_court, name="add_court"),
    path("review/<int:pk>/text/", review.edit_text, name="edit_text"),
    path("review/<int:pk>/twins/<int:other>/", twins.twins, name="twins"),
    path("review/<int:pk>/lines/", lines.lines, name="lines"),
    path("review/<int:pk>/figures/", figures.figures, name="figures"),
    path("review/<int:pk>/figures/<int:figure_pk>/", figures.decide, name="decide_figure"),
    path("review/<int:pk>/figures/<int:figure_pk>/correct/", figures.correct, name="correct_figure"),
    path("review/<int:pk>/publish/", review.publish, name="publish"),
    path("review/<int:pk>/withdraw/", review.withdraw, name="withdraw"),
    path("courts/", courts.courts, name="courts"),
    path("courts/find/", courts.found_courts, name="found_courts"),
    path("courts/<int:pk>/", courts.court, name="court"),
    path("courts/<int:pk>/rename/", courts.rename, name="rename_court"),
    path("courts/<int:pk>/merge/", courts.merge, name="merge_court"),
    path("themes/<int:pk>/", themes.theme, name="theme"),
    path("themes/<int:pk>/try/", themes.try_expressions, name="try_expressions"),
    path("themes/<int:pk>/change/", themes.change_expressions, name="change_expressions"),
]
