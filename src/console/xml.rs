//! What the XML of domains has of devices.

use quick_xml::events::BytesStart;
use quick_xml::{Error, XmlVersion};

/// The value of an attribute, where the element has it.
pub(crate) fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, Error> {
    let Some(attribute) = element.try_get_attribute(name)? else {
        return Ok(None);
    };
    Ok(Some(
        attribute
            .normalized_value(XmlVersion::Implicit1_0)?
            .into_owned(),
    ))
}
