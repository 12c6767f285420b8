"""Choosing the categories of a column: those of the agency's catalogue, by name or code."""

from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser as views

from ..catalogue.choosers import CategoryChooseMixin, CategoryChooserViewSet


class ColumnCategoryMixin(CategoryChooseMixin):
    """A column need not belong to a department: without one, the catalogues of all agencies are offered."""

    def get_object_list(self):
        if self._agency_id() is not None:
            return super().get_object_list()
        nodes = self.model_class.objects.filter(scheme__kind=self.kind, active=True)
        return nodes.select_related("scheme", "parent", "responsible_department").in_tree_order()

    @property
    def columns(self):
        code = Column("code", accessor="code", label=self.model_class._meta.get_field("code").verbose_name)
        title, *others = super().columns
        return [title, code, *others]


class ColumnCategoryChooseView(ColumnCategoryMixin, views.ChooseView):
    pass


class ColumnCategoryChooseResultsView(ColumnCategoryMixin, views.ChooseResultsView):
    pass


class ColumnCategoryChooserViewSet(CategoryChooserViewSet):
    choose_view_class = ColumnCategoryChooseView
    choose_results_view_class = ColumnCategoryChooseResultsView

    def __init__(self):
        super().__init__("agency")
        self.name = "disclosure_column_category"
        self.url_prefix = "disclosure/choose-column-category"


column_category_chooser = ColumnCategoryChooserViewSet()
column_category_widget = column_category_chooser.widget_class
