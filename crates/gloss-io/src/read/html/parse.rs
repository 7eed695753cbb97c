//! From a page to its tree, as far as that is not too deep: a parser looks through all open elements
//! for each that it meets, so time grows with the square of the depth.

use std::borrow::Cow;
use std::cell::{Cell, Ref};

use dom_query::{Document as Page, NodeId};
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ParseOpts, QualName, parse_document};

/// How much is parsed between two looks at the depth.
const PIECE: usize = 1024;

/// The tree of a page, or `None` where elements are within more than `most` others.
pub fn parse(html: &str, most: usize) -> Option<Page> {
    let mut options = ParseOpts::default();
    // What stands in `noscript` is then part of the page.
    options.tree_builder.scripting_enabled = false;
    let sink = Bounded { page: Page::default(), deepest: Cell::new(0) };
    let mut parser = parse_document(sink, options);
    let mut rest = html;
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at(rest.floor_char_boundary(PIECE.min(rest.len())));
        parser.process(StrTendril::from_slice(piece));
        if parser.tokenizer.sink.sink.deepest.get() > most {
            return None;
        }
        rest = behind;
    }
    Some(parser.finish())
}

/// A tree that measures itself while it grows.
struct Bounded {
    page: Page,
    deepest: Cell<usize>,
}

impl Bounded {
    fn measure(&self, parent: &NodeId, child: &NodeOrText<NodeId>) {
        if let (NodeOrText::AppendNode(_), Some(parent)) = (child, self.page.tree.get(parent)) {
            let depth = 1 + parent.ancestors_it(None).count();
            self.deepest.set(self.deepest.get().max(depth));
        }
    }
}

impl TreeSink for Bounded {
    type Handle = NodeId;
    type Output = Page;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Page {
        self.page
    }

    // Pages are full of errors, and nobody asks for them.
    fn parse_error(&self, _: Cow<'static, str>) {}

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        self.measure(parent, &child);
        self.page.append(parent, child);
    }

    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        self.measure(sibling, &child);
        self.page.append_before_sibling(sibling, child);
    }

    fn append_based_on_parent_node(
        &self,
        element: &NodeId,
        previous: &NodeId,
        child: NodeOrText<NodeId>,
    ) {
        self.measure(element, &child);
        self.page.append_based_on_parent_node(element, previous, child);
    }

    fn get_document(&self) -> NodeId {
        self.page.get_document()
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Ref<'a, QualName> {
        self.page.elem_name(target)
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, flags: ElementFlags) -> NodeId {
        self.page.create_element(name, attrs, flags)
    }

    fn create_comment(&self, text: StrTendril) -> NodeId {
        self.page.create_comment(text)
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> NodeId {
        self.page.create_pi(target, data)
    }

    fn append_doctype_to_document(&self, name: StrTendril, public: StrTendril, system: StrTendril) {
        self.page.append_doctype_to_document(name, public, system);
    }

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        self.page.get_template_contents(target)
    }

    fn same_node(&self, x: &NodeId, y: &NodeId) -> bool {
        self.page.same_node(x, y)
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.page.set_quirks_mode(mode);
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attrs: Vec<Attribute>) {
        self.page.add_attrs_if_missing(target, attrs);
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.page.remove_from_parent(target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        self.page.reparent_children(node, new_parent);
    }

    fn is_mathml_annotation_xml_integration_point(&self, node: &NodeId) -> bool {
        self.page.is_mathml_annotation_xml_integration_point(node)
    }
}
