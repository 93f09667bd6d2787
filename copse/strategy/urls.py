from copse.strategy.views import (
    consultations,
    council,
    frameworks,
    law,
    law_answers,
    measures,
    opinions,
    plan,
)
from copse.strategy.views.inspecting import inspected

app_name = "strategy"
# The children's rights institution opens every page here, and each of its looks is written down.
desk_urlpatterns = inspected(
    [
        *plan.urlpatterns,
        *measures.urlpatterns,
        *frameworks.urlpatterns,
        *consultations.urlpatterns,
        *council.urlpatterns,
        *opinions.urlpatterns,
        *law.urlpatterns,
        *law_answers.urlpatterns,
    ]
)
