"""The seam between the package's public pages and the site's own base template."""

from django import template
from django.template.base import TextNode
from django.template.loader_tags import BLOCK_CONTEXT_KEY, BlockContext, BlockNode, ExtendsNode

from wagtail_disclosure import conf

register = template.Library()


class SiteBaseNode(ExtendsNode):
    """``{% extends %}`` for the template that the ``BASE_TEMPLATE`` setting names.

    The name comes from the settings and not from the context, so no view and no
    context processor can forget it.
    """

    # {% load %} has to stand before this tag.
    must_be_first = False

    def __init__(self, nodelist):
        super().__init__(nodelist, parent_name=None)

    def __repr__(self):
        return f"<SiteBaseNode: {conf.get('BASE_TEMPLATE')}>"

    def get_parent(self, context):
        return self.find_template(conf.get("BASE_TEMPLATE"), context)

    def render(self, context):
        parent = self.get_parent(context)
        if BLOCK_CONTEXT_KEY not in context.render_context:
            context.render_context[BLOCK_CONTEXT_KEY] = BlockContext()
        block_context = context.render_context[BLOCK_CONTEXT_KEY]
        # A child's {% extends %} meets {% load %} first, takes this template for the root and
        # queues its blocks; queueing them again would repeat them in {{ block.super }}.
        if not any(block in block_context.blocks[name] for name, block in self.blocks.items()):
            block_context.add_blocks(self.blocks)
        first = next((node for node in parent.nodelist if not isinstance(node, TextNode)), None)
        if not isinstance(first, ExtendsNode):
            blocks = parent.nodelist.get_nodes_by_type(BlockNode)
            block_context.add_blocks({block.name: block for block in blocks})
        with context.render_context.push_state(parent, isolated_context=False):
            return parent._render(context)


@register.tag
def extends_site(parser, token):
    """``{% extends_site %}``: extend the site's base template. Only wagtail_disclosure/base.html uses it."""
    if len(token.split_contents()) != 1:
        raise template.TemplateSyntaxError("'extends_site' takes no arguments")
    nodelist = parser.parse()
    if nodelist.get_nodes_by_type(ExtendsNode):
        raise template.TemplateSyntaxError("'extends_site' cannot appear more than once in a template")
    return SiteBaseNode(nodelist)
