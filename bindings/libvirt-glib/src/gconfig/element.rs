//! What every element of a document can do: be made from XML and be written as XML.

use glib::prelude::*;
use glib::translate::*;

use crate::ffi;

glib::wrapper! {
    /// Any element of one of libvirt's XML documents.
    pub struct Object(Object<ffi::GVirConfigObject>);

    match fn {
        type_ => || ffi::gvir_config_object_get_type(),
    }
}

/// The methods that all elements share.
pub trait ToXml: IsA<Object> {
    /// The element, with all that it contains, as XML.
    fn to_xml(&self) -> glib::GString {
        // SAFETY: the object is valid, and the returned string is the caller's.
        unsafe {
            from_glib_full(ffi::gvir_config_object_to_xml(
                self.as_ref().to_glib_none().0,
            ))
        }
    }
}

impl<T: IsA<Object>> ToXml for T {}

/// An element that can be made from its XML.
pub trait FromXml: IsA<Object> {
    /// Parses `xml`, whose root has to be this class's element.
    fn new_from_xml(xml: &str) -> Result<Self, glib::Error>;
}

fn node(element: &Object) -> *mut ffi::XmlNode {
    element.property::<glib::Pointer>("node").cast()
}

/// Adds a copy of `child` behind what is in `parent`, for the few elements that libvirt-gconfig only replaces.
pub(crate) fn append(parent: &Object, child: &Object) {
    // SAFETY: both elements keep their nodes, and the copy belongs to the node that it is added to.
    unsafe {
        let copy = ffi::xmlCopyNode(node(child), 1);
        ffi::xmlAddChild(node(parent), copy);
    }
}

/// Adds a copy of the first element in `from` behind what is in `parent`, for elements that libvirt-gconfig doesn't know.
pub(crate) fn append_first_of(parent: &Object, from: &Object) {
    // SAFETY: both elements keep their nodes, and the copy belongs to the node that it is added to.
    unsafe {
        let child = ffi::xmlFirstElementChild(node(from));
        if !child.is_null() {
            ffi::xmlAddChild(node(parent), ffi::xmlCopyNode(child, 1));
        }
    }
}

/// Keeps from libvirt-gconfig what it misreads: a text it would see only the beginning of, and
/// the empty one, which crashes it.
pub(crate) fn check_text(xml: &str) -> Result<(), glib::Error> {
    let problem = if xml.is_empty() {
        tr!("the XML document is empty")
    } else if xml.contains('\0') {
        tr!("the XML document holds a zero character")
    } else {
        return Ok(());
    };
    Err(glib::Error::new(gio::IOErrorEnum::InvalidData, &problem))
}

/// Implements [`FromXml`] with the class's own constructor.
macro_rules! from_xml {
    ($class:ident, $new_from_xml:ident) => {
        impl $crate::gconfig::FromXml for $class {
            fn new_from_xml(xml: &str) -> Result<Self, glib::Error> {
                use glib::translate::ToGlibPtr;

                $crate::gconfig::element::check_text(xml)?;
                let mut error = std::ptr::null_mut();
                // SAFETY: the text is terminated and outlives the call, the error pointer is
                // valid, and the returned object and error are the caller's.
                unsafe {
                    let object = $crate::ffi::$new_from_xml(xml.to_glib_none().0, &mut error);
                    $crate::result::full(object, error)
                }
            }
        }
    };
}
pub(crate) use from_xml;

/// Wraps a class of elements: its name, its C struct, its parents, and its functions.
macro_rules! element {
    ($(#[$doc:meta])* $class:ident($c:ident) $(extends $($parent:ident),+)?; $get_type:ident $(, $new_from_xml:ident)?) => {
        glib::wrapper! {
            $(#[$doc])*
            pub struct $class(Object<$crate::ffi::$c>)
                @extends $($($parent,)+)? $crate::gconfig::Object;

            match fn {
                type_ => || $crate::ffi::$get_type(),
            }
        }

        $($crate::gconfig::element::from_xml!($class, $new_from_xml);)?
    };
}
pub(crate) use element;
