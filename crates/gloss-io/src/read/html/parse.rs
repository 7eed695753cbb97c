//! From a page to its tree, as far as that is neither too deep nor too large: a parser looks through
//! all open elements for each that it meets, so time grows with the square of the depth; and a node
//! takes many times the memory of the few bytes that make it.

use std::borrow::Cow;
use std::cell::{Cell, Ref};

use dom_query::{Document as Page, NodeId};
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ParseOpts, QualName, parse_document};

/// How much is parsed between two looks at the depth.
const PIECE: usize = 1024;

/// The most elements within each other; browsers allow 512.
const MAX_DEPTH: usize = 1000;
/// The most elements and comments.
const MAX_NODES: usize = 500_000;

/// The tree of a page, or why it is none.
pub fn parse(html: &str) -> Result<Page, String> {
    let mut options = ParseOpts::default();
    // What stands in `noscript` is then part of the page.
    options.tree_builder.scripting_enabled = false;
    let sink = Bounded { page: Page::default(), deepest: Cell::new(0), nodes: Cell::new(0) };
    let mut parser = parse_document(sink, options);
    let mut rest = html;
    while !rest.is_empty() {
        let mut length = PIECE.min(rest.len());
        while !rest.is_char_boundary(length) {
            length -= 1;
        }
        let (piece, behind) = rest.split_at(length);
        parser.process(StrTendril::from_slice(piece));
        let sink = &parser.tokenizer.sink.sink;
        if sink.deepest.get() > MAX_DEPTH {
            return Err(format!("elements are nested more than {MAX_DEPTH} deep"));
        }
        if sink.nodes.get() > MAX_NODES {
            return Err(format!("the page has more than {MAX_NODES} elements"));
        }
        rest = behind;
    }
    Ok(parser.finish())
}

/// A tree that measures itself while it grows.
struct Bounded {
    page: Page,
    deepest: Cell<usize>,
    nodes: Cell<usize>,
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
        self.nodes.set(self.nodes.get() + 1);
        self.page.create_element(name, attrs, flags)
    }

    fn create_comment(&self, text: StrTendril) -> NodeId {
        self.nodes.set(self.nodes.get() + 1);
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
